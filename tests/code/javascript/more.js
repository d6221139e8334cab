// More of JavaScript.
const Named = class Inner { run() { go(); } };
const { first, second: renamed } = load();
register(class Local { start() {} });
require('./effect');
import('./lazy').then((module) => use(module));

@decorated
class Decorated extends mixin(Base, Other) {}

function locals({ picked }, [head, tail], third = 1, ...others) {
    for (const each of others) visit(each);
    try { risky(picked); } catch (problem) { report(problem); }
    const { alias: given } = third;
    handlers[0](head, tail, given);
    (await pending)(x => spread(x));
    list.map(entry => entry(entry));
    return { given, helper, third };
}

export default async function* ({ a }) { yield a; }
class Keys {
    static #hits = 0;
    static { Keys.#hits = init(); }
    ['computed' + 1]() { return this['other']?.(); }
    [Symbol.iterator]() { return iterate(this); }
    'quoted name'() {}
    42() {}
    static async load() { return Keys.#hits; }
    set size(value) { resize(value); }
    get size() { return 1; }
    bound = this.load.bind(this);
}
var legacy = function () { return exports.run(); };
var Maker = function Made() { return new Made(); };
exports.run = legacy;
module.exports = { legacy, Maker, run: (a) => a, async stop() {} };
Object.defineProperty(exports, 'late', { get: function () { return 1; } });
(function () { function hidden() {} hidden(); })();
(() => { var inner = 1; })();
export { default } from './default.js';
export { default as named, other as again } from './other.js';
export * as everything from './all.js';
const tagged = css`a { ${color(1)} }`;
const chained = a?.b?.c(1) ?? d();
label: for (;;) break label;
describe('a suite', () => { it('does a thing', async () => { expect(run()).toBe(1); }); });
const Lazy = React.memo(function Lazy(props) { return render(props); });
const wrapped = debounce(() => save(), 10);

suite(() => { const inside = 1; const { taken } = inside; });
