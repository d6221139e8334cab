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
