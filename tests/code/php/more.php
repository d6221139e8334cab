<?php
function more(?Shape $s, \App\Other $o) {
    if ($s instanceof \App\Deep\Type) { return Shape::LIMIT; }
    foo(\App\CONSTANT, Other::$static);
    ($this->handler)(1);
    $table[0](2);
    (fn() => later())();
    Shape::make()->run();
    return $s?->items ?? parent::LIMIT;
}
#[\App\Attribute\Deep]
class More {}

namespace App\Other { use Foo\{Bar, function baz, const QUX}; class InBraces { } function in_braces(): never { exit; } const INNER = 1; }
namespace {
#[Attribute]
final readonly class Money implements \JsonSerializable {
    final public const string CODE = 'x', OTHER = 'y';
    public function __construct(public int $amount, protected ?Currency $c = null, int $plain = 1) {}
    public static function __callStatic($n, $a) { return (new static(...$a))->$n(); }
    private(set) string $name { get => $this->name; }
    abstract function none();
    public function &byRef(array|string &$x, self ...$rest): static|null { return $rest[0]?->m(); }
}
enum Suit { case Hearts; const Wild = self::Hearts; public static function any(): self { return self::Wild; } }
trait T { use A, B { A::x insteadof B; B::x as protected y; } abstract static function made(); }
interface I extends J, K { }
if (!function_exists('poly')) { function poly(callable $f = null) { return match (true) { default => $f() }; } }
$arrow = fn(int $x): int => $x * helper($x);
static fn() => 1;
abstract class Hard { function old_style() {} var $legacy = 1; static $s; }
function gen() { yield from other(); }
/** @var int */
const DOCUMENTED = 1;
}
