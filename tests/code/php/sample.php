<?php
// What PHP can do to a parser.
namespace App\Shapes;

use App\Base;
use App\Util\{Canvas, Point as P};
use function App\helper;
require_once 'lib/base.php';

const LIMIT = 16;
define('OTHER', 2);

/**
 * A shape.
 */
#[Entity]
abstract class Shape extends Base implements Drawable, \Countable
{
    use Loggable, Named;

    public const SIDES = 4;
    private static int $count = 0;
    protected ?array $items = [];

    public function __construct(private string $name, public readonly int $size = LIMIT)
    {
        parent::__construct($name);
        $this->register();
    }

    /** Draws it. */
    public function draw(Canvas $canvas, callable $f): ?bool
    {
        $canvas->line(new P(1, 2));
        $local = transform($canvas);
        array_map(fn($i) => scale($i), $this->items);
        $local?->run();
        return self::check($f) && static::SIDES > 1;
    }

    abstract protected function later(): void;
    private static function check(callable $f): bool { return $f(LIMIT); }
}

interface Drawable extends Named
{
    const A = 1;
    public function draw(Canvas $canvas, callable $f): ?bool;
}

trait Loggable
{
    private $log = [];
    public function log(string $m): void { $this->log[] = $m; }
}

enum Color: string implements HasLabel
{
    case Red = 'r';
    case Green = 'g';
    public function label(): string { return ucfirst($this->value); }
}

/** Adds. */
function add(int $a, int $b): int
{
    return $a + $b;
}

$handler = function ($x) use ($handler) { return visit($x); };
$shape = new class extends Shape { public function later(): void {} };
echo Shape::check('add');
