package shapes

type Count int
type Handler func(x int) error

var start = initial()
var handler Handler = fallback

func calls(list []func(int), pairs map[string]int) {
	list[0](1)
	(*pointer)(2)
	make_one()(3)
	generic[int](4)
	var local, more int
	const inner = 1
	for key := range pairs {
		use(key, local, more, inner)
	}
	value := &other
	_ = Count(value)
	func() { run() }()
}

const first, second = 1, 2

func Unwrap(err error) error {
	u, ok := err.(interface {
		Unwrap() error
	})
	if !ok {
		return nil
	}
	return u.Unwrap()
}
const (
	KB = 1 << (10 * (iota + 1))
	MB
	_
	// GB is large.
	GB
)

const typed, Second Count = 1, 2

var (
	ErrGone      = errors.New("gone")
	_       Drawer = (*Shape)(nil)
	once, Lock   sync.Mutex
)

type Set[K comparable, V any] map[K]V
type Alias = pkg.Other[int]
type Number interface {
	~int | ~float64
	String() string
}
type nested struct {
	inner struct {
		Deep int
	}
	pkg.Embedded
	*List[int]
	ch chan<- func(a int) (b string, err error)
}

func (*nested) Anonymous()            {}
func (Set[K, V]) Keys() (out []K)     { return out }
func (n *nested) Chain() *nested      { return n.Chain().Chain() }
func variadic(a, b int, rest ...string) {
	type local struct{ x int }
	switch v := any(a).(type) {
	case fmt.Stringer:
		v.String()
	}
	select {
	case n := <-ch:
		use(n)
	}
	f := func(x int) int { return helper(x) }
	f(b)
	defer rest2.Close()
	go func() { work() }()
	_ = local{x: 1}
	Set[string, int]{}.Keys()
goto_here:
	for range rest {
		continue goto_here
	}
}

//go:generate stringer
//go:embed data.txt
var data string

func c_name() {}

// Deprecated: use New.
func Old()
