#!/usr/bin/env node
// What JavaScript can do to a parser.
import fs, { readFile as read, writeFile } from 'node:fs';
import * as path from "path";
import './side-effect.js';
const { spawn } = require('child_process');

/** How often. */
export const LIMIT = 16;

/**
 * Adds two numbers.
 * @param {number} a
 */
export function add(a, b = LIMIT) {
    return a + b;
}

export default class Shape extends Base {
    #secret = 1;
    static count = 0;

    constructor(name) {
        super(name);
        this.name = name;
    }

    // How large it is.
    get area() { return this.measure(this.#secret); }
    async *walk(visit) { yield* visit(this); }
    #hidden() {}
    handle = (event) => { emit(event); };
}

const arrow = async (x) => {
    const local = transform(x);
    return local.map(add).filter(function named(y) { return y > LIMIT; });
};

let counter = 0, other;

const api = {
    start() { return counter; },
    stop: function () { counter = 0; },
    go: () => arrow(1),
    value: 3,
};

Shape.prototype.draw = function (canvas) {
    canvas.line(new Point(1, 2));
};

module.exports.helper = function (a) { return a; };
exports.other = (b) => b;

function outer() {
    function inner() { return counter; }
    return inner;
}

function* generate() { yield 1; }

export { arrow as renamed, api };
export * from './more.js';
