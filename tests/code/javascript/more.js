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
