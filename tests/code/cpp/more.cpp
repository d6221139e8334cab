// more.cpp - the corners.
#define LIMIT 16
#define TWICE(x) ((x) + (x))
typedef struct { int x; } Point;
typedef struct pair { int left; } Pair;
union Word { int a; float b; };

template <typename T>
concept Small = sizeof(T) < 8;

static int hidden(std::uint32_t n) { return n; }

class Stream {
    Stream() { open(); }
    void close() {}
    operator bool() const { return good(); }

public:
    int get(int i)
    {
        for (auto &entry : entries)
            (*entry.visit)(entry);
        table[i](this);
        (*callback)(i);
        call<int>(i);
        this->template read<int>(i);
        return hidden(i);
    }
};

// After an attribute.
[[nodiscard]] int checked();

class Shown {
public:
    static int count() { return 0; }
};
// Doc before an attribute.
[[deprecated]];
int behind();

struct Factory {
    virtual Factory *clone() const = 0;
    Factory &self();
    void (*callback)(int);
};
namespace outer { inline namespace v1 { struct Deep { enum { A, B }; }; } }

template <class T, int N = 3>
struct Array {
    using value_type = T;
    static constexpr int size = N;
    Array() = default;
    Array(const Array &) = delete;
    template <typename U> Array &operator=(const Array<U> &other);
    friend bool operator==(const Array &a, const Array &b) { return same(a, b); }
    T &operator()(int i, int k) { return at(i)[k]; }
    T *begin() noexcept { return data_; }
    auto end() const -> const T * { return data_ + N; }

  protected:
    virtual void grow() = 0;

  private:
    T data_[N];
    int (*compare_)(const T &, const T &) = nullptr;
};

template <> struct Array<bool, 1> {
    bool bit : 1;
};
template <typename T> template <typename U>
Array<T> &Array<T>::operator=(const Array<U> &other) { return assign(other); }

template <typename T>
    requires Small<T>
auto least(T a, T b) -> T
{
    return a < b ? a : b;
}

Stream::Stream(int n) noexcept(false)
    : Base(n), count_{n}
{
    [this] { close(); }();
}
Stream::~Stream() {}
std::ostream &operator<<(std::ostream &out, const Stream &s) { return s.print(out); }
long double operator""_km(long double v) { return v * 1000; }
int outer::v1::free_function(int (&array)[3]) { return array[0]; }
extern "C" {
int c_linkage(int a) { return a; }
}
static thread_local std::map<std::string, std::vector<int>> cache;
class Derived final : public virtual outer::v1::Deep, Array<int>::Base {
    using Base::Base;
    enum class State : char { On, Off } state;
    struct { int x; } anonymous;
};
