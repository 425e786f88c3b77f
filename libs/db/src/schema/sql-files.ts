import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A change of the tables, which runs once in a database. */
export interface TableMigration {
  name: string;
  text: string;
}

/** A function, which is made again whenever its text changes. */
export interface SqlFunction {
  name: string;
  text: string;
  /** Of the text. */
  hash: string;
  /** Triggers name it when they are made, so it has to be there before the tables. */
  isTrigger: boolean;
}

/** What libs/db/sql holds. */
export interface Schema {
  /** In order. One that has shipped never changes: what it did wrong, a later one mends. */
  migrations: readonly TableMigration[];
  functions: readonly SqlFunction[];
  /** What the role of the running processes may do. */
  rights: string;
}

const folder = path.join(import.meta.dirname, '../../sql');

function read(kind: 'migrations' | 'functions'): { name: string; text: string }[] {
  return readdirSync(path.join(folder, kind))
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => ({ name: path.basename(file, '.sql'), text: readFileSync(path.join(folder, kind, file), 'utf8') }));
}

/** @param text declares one function, of that name. */
export function sqlFunction(name: string, text: string): SqlFunction {
  const hash = createHash('sha256').update(text).digest('hex');
  return { name, text, hash, isTrigger: /^RETURNS trigger$/m.test(text) };
}

let schema: Schema | undefined;

/** The schema of this release. The files are read once. */
export function readSchema(): Schema {
  schema ??= {
    migrations: read('migrations'),
    functions: read('functions').map(({ name, text }) => sqlFunction(name, text)),
    rights: readFileSync(path.join(folder, 'rights.sql'), 'utf8'),
  };
  return schema;
}
