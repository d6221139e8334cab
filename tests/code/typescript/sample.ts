import type { Handler } from './types';
import express, { type Request, Router as R } from 'express';
import fs = require('fs');
export { Thing } from './thing';

/** What can be drawn. */
export interface Drawable<T> extends Base, Other<T> {
    readonly name: string;
    draw(canvas: Canvas): void;
    new (x: number): Drawable<T>;
    optional?: Map<string, Handler>;
}

export type Id = string | number;

export enum Color { Red, Green = 'green' }

export const enum Flag { On }

declare module 'express' {
    interface Extra { user: User; }
}

declare function declared(a: number): string;
declare const VERSION: string;

export abstract class Shape<T extends Base> extends Parent<T> implements Drawable<T>, Saved {
    private static count = 0;
    protected readonly items: T[] = [];

    constructor(private readonly db: Database, public name: string) {
        super();
    }

    abstract area(): number;

    /** Draws it. */
    @Log('draw')
    public draw(canvas: Canvas): void {
        canvas.line<Point>(this.items.map((i) => scale(i)));
    }

    private async load(id: Id): Promise<T> {
        return this.db.find(id) as T;
    }

    get size(): number { return this.items.length; }
}

export namespace geometry {
    export function area(s: Shape<any>): number { return s.area(); }
    const hidden = 1;
}

export function overload(a: string): string;
export function overload(a: number): number;
export function overload(a: any): any {
    return a satisfies Id;
}

@Injectable()
export class Service {
    handle = async (req: Request) => { await this.run(req); };
}

export const make = <T,>(x: T): T => x;
export default function () { return make(1); }
function isShape(x: unknown): x is Shape<any> { return x instanceof Shape; }
