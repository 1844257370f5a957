// What the docs page reads of an OpenAPI 3.1 document.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: string[];
  const?: string;
  default?: unknown;
  examples?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Answer {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema: Schema }>;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Answer>;
  security?: unknown[];
}

export interface OpenApi {
  tags: { name: string; description: string }[];
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer> };
}

export type Method = 'get' | 'post' | 'delete';

export interface Endpoint {
  method: Method;
  path: string;
  operation: Operation;
}

export function endpointsOf(api: OpenApi): Endpoint[] {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method as Method, path, operation })),
  );
}

/** What `ref` ("#/components/...") names within `api`; the value itself where it is none. */
export function resolve<T extends { $ref?: string }>(api: OpenApi, value: T): T {
  if (!value.$ref) return value;
  return value.$ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], api) as T;
}

/** "string", "array of Image", "string or null". */
export function typeName(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1)!;
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.const) return schema.const;
  if (schema.format === 'binary') return 'file';
  const types = [schema.type ?? 'any'].flat();
  return types.map((type) => (type === 'array' && schema.items ? `array of ${typeName(schema.items)}` : type)).join(' or ');
}

/** A value of the schema, made from its examples, for reading: {"id": "string", ...}. */
export function example(api: OpenApi, schema: Schema): unknown {
  const known = resolve(api, schema);
  if (known.examples?.length) return known.examples[0];
  if (known.const !== undefined) return known.const;
  if (known.enum) return known.enum[0];
  const type = [known.type ?? ''].flat()[0];
  if (known.properties) return Object.fromEntries(Object.entries(known.properties).map(([name, part]) => [name, example(api, part)]));
  if (type === 'array') return known.items ? [example(api, known.items)] : [];
  if (type === 'integer' || type === 'number') return 0;
  if (type === 'boolean') return true;
  if (known.format === 'date-time') return '2026-01-31T08:09:10Z';
  return type === 'string' ? 'string' : {};
}
