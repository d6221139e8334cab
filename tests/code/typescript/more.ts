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

export * as all from './all';
export { type Kind, value as val } from './kinds';
export type { Only } from './only';
import def, * as whole from './whole';
import json from './data.json' with { type: 'json' };
export = legacy;
export default interface Props { a: string; (call: number): void; [key: string]: unknown; method?(): void; readonly [Symbol.iterator]: string }
declare global { interface Window { app: App } }
declare namespace NodeJS { interface Env { HOME: string } }
namespace A.B.C { export const deep = 1; }
declare class Ambient<T = {}> { private constructor(); static make<U>(u: U): Ambient<U>; #brand: void; declare x: T; }
abstract class Repo<T extends { id: string }> {
    static readonly table: string = 'x';
    protected abstract find(id: T['id']): Promise<T | undefined>;
    accessor count = 1;
    override async *each(@Inject() by?: keyof T): AsyncGenerator<T> { yield* this.all(by); }
    set size(n: number) { this.resize(n); }
    constructor();
    constructor(private a?: string, readonly b = 1) { super(); }
    private static cache = new Map<string, Repo<any>>();
    get [Symbol.toStringTag]() { return 'Repo'; }
}
type Mapped<T> = { [K in keyof T as `on${Capitalize<K & string>}`]?: (v: T[K]) => void };
type Cond<T> = T extends Array<infer U> ? U : never;
function assertIs(x: unknown): asserts x is Props {}
export const enum Bits { A = 1 << 0, B = A | 2, 'quoted' = 4 }
export const typed: Handler<Props> = async (p) => { await p.method?.(); };
export let a1 = 1, b1: string;
const obj = { async run(this: Window) { go(this); }, get x() { return 1; }, 'quoted-key': () => run() } as const;
unique: { let x = <any>y; }
enum Late { X = compute() }
export abstract class Pure { abstract get v(): number; }
let fnType: new (...args: any[]) => Repo<any>;

suite(() => { const inside = 1; const { taken } = inside; });
