// More of TypeScript.
const Named = class Inner { run() { go(); } };
const { first, second: renamed } = load();
register(class Local { start() {} });
import('./lazy').then((module) => use(module));
const old = require('./old');
require('./effect');
export { old as older };

Shape.prototype.grow = function (by: number) { this.size += by; };
const handlers = { open: (file: File) => file.read(), close() {} };
events.on('x', function named() { go(); });

@sealed
class Sealed {
    constructor(a: string);
}

function locals({ picked }: Options, [head, tail]: Pair, third: a.b.Deep = 1, ...others: any[]) {
    for (const each of others) visit(each);
    try { risky(picked!); } catch (problem) { report(problem); }
    const { alias: given } = third;
    handlers[0](head, tail, given);
    (pending as Callback)(x => spread(x));
    list.map(entry => entry(entry));
    new Runner(given).run();
    return { given, helper, third };
}
