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
