// sample.cpp - what C++ can do to a parser.
#include <vector>
#include "shapes/base.hpp"

namespace shapes::detail {

/// A shape with corners.
template <typename T>
class Polygon : public Base, private Counted<T> {
public:
    Polygon(int n) : corners_(n) {}
    explicit Polygon(std::vector<T> v);
    virtual ~Polygon() = default;

    /** How large it is. */
    double area() const override { return scale(corners_) * factor; }
    T operator[](int i) const;
    static Polygon make(int n);

private:
    int corners_;
    void hidden() {}
    struct Cache {
        double value;
    };
};

enum class Color : int { Red, Green };

using Points = std::vector<Point>;

template <typename T>
Polygon<T>::Polygon(std::vector<T> v) : corners_(v.size())
{
}

template <typename T>
T Polygon<T>::operator[](int i) const
{
    return at(i);
}

} // namespace shapes::detail

namespace {
int counter = 0;

void quiet() { counter++; }
}

double shapes::total(const std::vector<std::unique_ptr<Base>> &all)
{
    double sum = 0;
    auto add = [&](double d) { sum += d; };

    for (const auto &s : all)
        add(s->area());
    quiet();
    auto *p = new detail::Polygon<int>(3);
    std::sort(all.begin(), all.end(), compare);
    return sum + p->area() + std::max(1.0, sum);
}

class Forward;
