import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import type { CompiledQuery, DeleteResult, InsertResult, QueryExecutorProvider, RawBuilder, UpdateResult } from 'kysely';
import type { Query, Statement } from './database.ts';
import type { entities } from './entities/index.ts';

/** The tables and columns, as the entities say. */
export type Tables = InferKyselyDB<(typeof entities)[number]>;

/** What a parameter of a PostgreSQL type is in JavaScript. Bytes and times inside of JSON are as `json.ts` writes them. */
interface ParameterTypes {
  uuid: string;
  'uuid[]': readonly string[];
  text: string;
  'text[]': readonly string[];
  integer: number;
  'integer[]': readonly number[];
  bigint: number | string;
  'double precision': number;
  timestamptz: Date;
  'timestamptz[]': readonly Date[];
  date: string;
  bytea: Buffer;
  'bytea[]': readonly Buffer[];
  json: string;
  jsonb: string;
}

type TypeName = keyof ParameterTypes;
type ParameterType = TypeName | `${TypeName} | null`;
type ValueOf<Type> = Type extends TypeName
  ? ParameterTypes[Type]
  : Type extends `${infer Name extends TypeName} | null`
    ? ParameterTypes[Name] | null
    : never;
type ValuesOf<Types> = { [Name in keyof Types]: ValueOf<Types[Name]> };
type Placeholders<Types> = { [Name in keyof Types]: RawBuilder<ValueOf<Types[Name]>> };

/** A statement that returns nothing has no rows. */
type Returned<Row> = Row extends InsertResult | UpdateResult | DeleteResult ? never : Row;

/** A query of the builder, or a text of SQL with its row type. */
interface Built<Row> {
  compile(executor: QueryExecutorProvider): CompiledQuery<Row>;
}

/** A statement that knows its parameters and its rows. */
interface TypedStatement<Parameters, Row> extends Statement {
  /** @param query that of the database, or of a transaction. @throws as `Database.query`. */
  run(query: Query, parameters: Parameters): Promise<Row[]>;
}

/** The rows of a statement. */
export type RowOf<S> = S extends TypedStatement<never, infer Row> ? Row : never;

/** For a comparison with any of a list: `.where('id', '=', anyOf(ids))`. */
export const anyOf = <T>(list: RawBuilder<readonly T[]>): RawBuilder<T> => sql<T>`ANY(${list})`;

/** What is known when a statement is built becomes part of its text: with literals alone the planner can use partial indexes. */
class LiteralCompiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    this.appendImmediateValue(value);
  }
}

/** Compiles, and reaches no database. */
const builder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new LiteralCompiler(),
  },
});

/**
 * A statement, built and compiled once, when its module is loaded, and prepared once per connection under its name.
 * @param types of the parameters, by name: those of PostgreSQL, ` | null` where it may be missing. Their order is that of `$1`, `$2` …
 * @param build makes it of the tables and the parameters: with the builder, or as `` sql<Row>`…` `` where SQL says it better.
 */
export function statement<const Types extends Readonly<Record<string, ParameterType>>, Row extends object>(
  name: string,
  types: Types,
  build: (db: Kysely<Tables>, parameters: Placeholders<Types>) => Built<Row>,
): TypedStatement<ValuesOf<Types>, Returned<Row>> {
  const names = Object.keys(types) as (keyof Types)[];
  const compiled = build(builder, placeholdersOf(types)).compile(builder);
  const prepared = { name, text: compiled.sql };
  return {
    ...prepared,
    run: (query, parameters) =>
      query<Returned<Row>>(
        prepared,
        names.map((parameter) => parameters[parameter]),
      ),
  };
}

function placeholdersOf<Types extends Readonly<Record<string, ParameterType>>>(types: Types): Placeholders<Types>;
function placeholdersOf(types: Readonly<Record<string, ParameterType>>): Record<string, RawBuilder<unknown>> {
  return Object.fromEntries(
    Object.entries(types).map(([name, type], index) => [name, sql.raw(`$${index + 1}::${type.replace(' | null', '')}`)]),
  );
}
