import * as z from 'zod/mini';

/** A JSON Schema (2020-12), or any other object of the document. */
export type JsonObject = { [member: string]: unknown };

export type Vocabulary = {
  /** Schemas worth a name of their own; wherever one of them is a part of another, the document refers to it. */
  schemas: Record<string, z.ZodMiniType>;
  /**
   * What is meant, by name: of a schema (`Wallet`), or of a property, anywhere (`coins`) or in one place (`Wallet.coins`,
   * `spent.day`). The most exact place that has a word goes first.
   */
  words: Record<string, string>;
};

export type SchemaBook = {
  /** The schemas that were referred to, by name. */
  components: Record<string, JsonObject>;
  /** A reference to the schema, under the name the vocabulary gives it or else under this one. */
  refer(name: string, schema: z.ZodMiniType): JsonObject;
  /** The properties of an object's schema, one by one. */
  properties(schema: z.ZodMiniType): { name: string; required: boolean; schema: JsonObject; description: string }[];
  /** What the vocabulary says about a name; nothing is said by an empty text. */
  word(...path: string[]): string;
};

/**
 * Turns zod schemas into the schemas of one OpenAPI document. Schemas are the same when they say the same, so that the
 * contracts need not share an object to share a name.
 */
export function openSchemaBook({ schemas, words }: Vocabulary): SchemaBook {
  const named = Object.entries(schemas).map(([name, schema]) => ({ name, schema: jsonSchemaOf(schema) }));
  const names = new Map(named.map(({ name, schema }) => [JSON.stringify(schema), name]));
  const components: Record<string, JsonObject> = {};

  function word(...path: string[]): string {
    const places = path.map((_, position) => path.slice(position).join('.'));
    return places.map((place) => words[place]).find((found) => found !== undefined) ?? '';
  }

  function define(name: string, schema: JsonObject): JsonObject {
    if (!components[name]) {
      components[name] = {};
      const description = word(name);
      components[name] = { ...write(schema, [name]), ...(description && { description }) };
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  function write(schema: JsonObject, place: string[]): JsonObject {
    const { properties, items, anyOf, oneOf } = schema as Record<string, JsonObject | JsonObject[] | undefined>;
    const parts = (list: JsonObject[]) => list.map((one) => part(one, place));
    return {
      ...schema,
      ...(properties && { properties: writeProperties(properties as Record<string, JsonObject>, place) }),
      ...(items && { items: part(items as JsonObject, place) }),
      ...(anyOf && { anyOf: parts(anyOf as JsonObject[]) }),
      ...(oneOf && { oneOf: parts(oneOf as JsonObject[]) }),
    };
  }

  function writeProperties(properties: Record<string, JsonObject>, place: string[]): JsonObject {
    return Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => {
        const description = word(...place, name);
        return [name, { ...part(schema, [...place, name]), ...(description && { description }) }];
      }),
    );
  }

  function part(schema: JsonObject, place: string[]): JsonObject {
    const name = names.get(JSON.stringify(schema));
    return name === undefined ? write(schema, place) : define(name, schema);
  }

  return {
    components,
    word,
    refer(suggested, schema) {
      const json = jsonSchemaOf(schema);
      return define(names.get(JSON.stringify(json)) ?? suggested, json);
    },
    properties(schema) {
      const { properties = {}, required = [] } = jsonSchemaOf(schema) as ObjectSchema;
      return Object.entries(properties).map(([name, property]) => ({
        name,
        required: required.includes(name),
        schema: part(property, [name]),
        description: word(name),
      }));
    },
  };
}

type ObjectSchema = { properties?: Record<string, JsonObject>; required?: string[] };

/** As a sender sees it: what may be left out is optional, and an answer may have more members than are listed. */
function jsonSchemaOf(schema: z.ZodMiniType): JsonObject {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // The pattern beside a format says the same at ten times the length.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return json;
}
