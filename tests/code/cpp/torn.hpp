// torn.hpp - macros that hide what they are.
BEGIN_NAMESPACE
namespace detail {
/// Copies.
inline int copy_all(int n) { return n; }
class Kept { public: int kept() const { return 1; } };
}
END_NAMESPACE
