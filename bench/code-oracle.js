// code-oracle.js - definitions of TypeScript files beside its own compiler.
//
//     node code-oracle.js TYPESCRIPT CMEM TREE
//
// TYPESCRIPT is the directory of the package. A definition is (file, name,
// function, class, interface, type, enum or module, line of its name): what a
// declaration or a member has as its name, and functions and classes that get
// one where they stand: as the value of a variable, of a property of a class or
// of an object outside of named functions, assigned, or of their own as an argument.
// Prints as code-oracle.py does.
'use strict';
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');
const [, , typescript, cmem, top] = process.argv;
const ts = require(path.resolve(typescript));

const KINDS = {
  function: 'f', method: 'f', constructor: 'f', class: 'c', interface: 'i',
  type: 't', enum: 'e', module: 'm',
};

function ours() {
  const found = new Map();
  const files = new Set();
  for (let after = []; ;) { // an answer that is not all says where to go on
    const answer = JSON.parse(execFileSync(cmem,
      ['code', 'symbols', '--json', '-n', '100000', ...after],
      { cwd: top, maxBuffer: 1 << 30 }));
    for (const s of answer.symbols) {
      if (!/\.tsx?$/.test(s.file)) continue;
      files.add(s.file);
      if (KINDS[s.kind])
        found.set([s.file, s.name, KINDS[s.kind], s.line].join('\t'),
          s.end_line);
    }
    if (!answer.after) return { found, files };
    after = ['--after', answer.after];
  }
}

// The kind of a declaration that counts, or nothing.
function kindOf(node) {
  const K = ts.SyntaxKind;
  switch (node.kind) {
    case K.FunctionDeclaration:
    case K.MethodDeclaration:
    case K.GetAccessor:
    case K.SetAccessor:
    case K.MethodSignature:
    case K.Constructor:
      return 'f';
    case K.ClassDeclaration: return 'c';
    case K.InterfaceDeclaration: return 'i';
    case K.TypeAliasDeclaration: return 't';
    case K.EnumDeclaration: return 'e';
    case K.ModuleDeclaration: return 'm';
    default: return undefined;
  }
}

// The function or class that a value is; parentheses and casts do not count.
function valueKind(v) {
  const K = ts.SyntaxKind;
  while (v && (v.kind === K.ParenthesizedExpression ||
               v.kind === K.AsExpression)) v = v.expression;
  if (v && (v.kind === K.ArrowFunction || v.kind === K.FunctionExpression))
    return 'f';
  return v && v.kind === K.ClassExpression ? 'c' : undefined;
}

// Inside a function that has a name; a callback has none.
function isInFunction(node) {
  const K = ts.SyntaxKind;
  for (let p = node.parent; p; p = p.parent) {
    if (!ts.isFunctionLike(p)) continue;
    if (kindOf(p) || named(p)[0]) return true;
    let holder = p.parent;
    while (holder.kind === K.ParenthesizedExpression ||
           holder.kind === K.AsExpression) holder = holder.parent;
    if (named(holder)[0]) return true;
  }
  return false;
}

// A value that gets a name where it stands: [kind, name], or nothing.
function named(node) {
  const K = ts.SyntaxKind;
  if (node.kind === K.VariableDeclaration ||
      node.kind === K.PropertyDeclaration ||
      (node.kind === K.PropertyAssignment && !isInFunction(node)))
    return [valueKind(node.initializer), node.name];
  if (node.kind === K.BinaryExpression &&
      node.operatorToken.kind === K.EqualsToken &&
      (node.left.kind === K.Identifier ||
       node.left.kind === K.PropertyAccessExpression))
    return [valueKind(node.right) === 'f' && 'f',
      node.left.name || node.left];
  if (node.kind === K.FunctionExpression && node.name &&
      ts.isCallOrNewExpression(node.parent))
    return ['f', node.name];
  return [];
}

// "namespace a.b" is one declaration.
function nameOf(node) {
  if (node.kind !== ts.SyntaxKind.ModuleDeclaration)
    return node.name.text ?? node.name.getText();
  const inner = node.body && node.body.kind === node.kind && node.body;
  return node.name.text + (inner ? `.${nameOf(inner)}` : '');
}

function theirs(file, want) {
  const text = fs.readFileSync(path.join(top, file), 'utf8');
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const line = (at) => tree.getLineAndCharacterOfPosition(at).line + 1;
  const visit = (node) => {
    const kind = kindOf(node);
    if (kind && node.parent.kind === node.kind && kind === 'm') {
      ts.forEachChild(node, visit); // told with the one around it
      return;
    }
    const [value, valueName] = kind ? [] : named(node);
    const at = node.name || valueName || node;
    if ((kind && (node.name || node.kind === ts.SyntaxKind.Constructor)) ||
        value) {
      const name = value ? valueName.text ?? valueName.getText()
        : node.name ? nameOf(node) : 'constructor';
      want.set([file, name, kind || value,
        line(at.getStart(tree))].join('\t'), line(node.getEnd()));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
}

const { found, files } = ours();
const want = new Map();
for (const f of files) theirs(f, want);
let both = 0;
let ends = 0;
const only = [];
const ending = [];
for (const [k, end] of found) {
  if (!want.has(k)) { only.push(`+ ${k}`); continue; }
  both++;
  if (want.get(k) === end) ends++;
  else ending.push(`ends in ${end}, not in ${want.get(k)}: ${k}`);
}
for (const k of want.keys()) if (!found.has(k)) only.push(`- ${k}`);
console.log(want.size,
  (2 * both / Math.max(1, found.size + want.size)).toFixed(4),
  (ends / Math.max(1, both)).toFixed(4));
const n = Number(process.env.EXAMPLES || 10);
for (const l of only.sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1))
  .slice(0, n)) console.log(`    ${l.replaceAll('\t', ' ')}`);
for (const l of ending.slice(0, n / 2))
  console.log(`    ${l.replaceAll('\t', ' ')}`);
