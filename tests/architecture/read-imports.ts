import { parseSync, Visitor } from 'oxc-parser';
import type { CallExpression, Expression } from 'oxc-parser';

/** One import of a file. */
export interface Import {
  /** What is imported, as written; null when only running the code tells (`import(name)`). */
  specifier: string | null;
  line: number;
}

/**
 * Every way in which a file names another module: imports and re-exports, of types too; `import()` as a value and as a type;
 * `import x = require()`; `require`, also one from `createRequire`, and its `resolve`; `import.meta.resolve`; `process.getBuiltinModule`.
 * @throws Error naming the file when it cannot be parsed.
 */
export function readImports(file: string, source: string): Import[] {
  const { program, errors } = parseSync(file, source);
  if (errors[0] !== undefined) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const found: Import[] = [];
  const add = (named: Expression | undefined | null) => {
    if (named === undefined || named === null) return;
    found.push({ specifier: textOf(named), line: source.slice(0, named.start).split('\n').length });
  };
  const requires = new Set(['require']);

  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && isCallOf(init, 'createRequire')) requires.add(id.name);
    },
  }).visit(program);
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    TSExternalModuleReference: (node) => add(node.expression),
    CallExpression(node) {
      const [argument] = node.arguments;
      if (argument !== undefined && argument.type !== 'SpreadElement' && namesModule(node, requires)) add(argument);
    },
  }).visit(program);
  return found;
}

/** Whether the first argument of a call is the name of a module. */
function namesModule({ callee }: CallExpression, requires: ReadonlySet<string>): boolean {
  const isRequire = (node: Expression) => (node.type === 'Identifier' && requires.has(node.name)) || isCallOf(node, 'createRequire');
  if (isRequire(callee)) return true;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false;
  const { object, property } = callee;
  if (property.name === 'resolve') return object.type === 'MetaProperty' || isRequire(object);
  return property.name === 'getBuiltinModule';
}

function isCallOf(node: Expression | null, name: string): boolean {
  return node?.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === name;
}

function textOf(named: Expression): string | null {
  if (named.type === 'Literal' && typeof named.value === 'string') return named.value;
  if (named.type === 'TemplateLiteral' && named.expressions.length === 0) return named.quasis[0]?.value.cooked ?? null;
  return null;
}
