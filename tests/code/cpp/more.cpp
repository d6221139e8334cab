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
