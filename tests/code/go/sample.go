// Package shapes does what Go can do to a parser.
package shapes

import (
	"fmt"
	str "strings"
	. "math"
	_ "embed"
)

import "os"

// Limit is how often.
const Limit = 16

const (
	red = iota
	Green
)

var counter, other int
var Table = map[string]func(int) int{"add": add}

// Shape has corners.
type Shape struct {
	Base
	*Other
	Name    string `json:"name"`
	a, b    int
	handler func(int) error
}

type (
	// Drawer draws.
	Drawer interface {
		fmt.Stringer
		Draw(c *Canvas) error
	}
	ID = string
)

type List[T any] struct{ items []T }

// Area tells how large it is.
// It may be slow.
func (s *Shape) Area(scale float64) (float64, error) {
	x, err := measure(s.Name)
	if err != nil {
		return 0, fmt.Errorf("no: %w", err)
	}
	go s.redraw(counter)
	return x * scale * Pi, nil
}

func (l List[T]) Push(x T) List[T] { return List[T]{append(l.items, x)} }

func New(name string) *Shape {
	s := &Shape{Name: name}
	defer func() { cleanup(s) }()
	for i, v := range s.items() {
		visit(i, v)
	}
	http.HandleFunc("/", handle)
	return s
}

func init() { str.ToUpper(os.Args[0]) }

func Map[K comparable, V any](m map[K]V, f func(V) V) {}
