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

/**
 * Turns zod schemas into the schemas of one OpenAPI document. Schemas are the same when they say the same, so that the
 * contracts need not share an object to share a name.
 */
export class SchemaBook {
  /** The schemas that were referred to, by name. */
  readonly components: Record<string, JsonObject> = {};
  readonly #words: Vocabulary['words'];
  /** The names of schemas, by what they say. */
  readonly #names: Map<string, string>;

  constructor({ schemas, words }: Vocabulary) {
    this.#words = words;
    this.#names = new Map(
      Object.entries(schemas).map(([name, schema]) => [JSON.stringify(jsonSchemaOf(schema)), name]),
    );
  }

  /** A reference to the schema, under the name the vocabulary gives it or else under this one. */
  refer(suggestedName: string, schema: z.ZodMiniType): JsonObject {
    const json = jsonSchemaOf(schema);
    return this.#define(this.#names.get(JSON.stringify(json)) ?? suggestedName, json);
  }

  /** The properties of an object's schema, one by one; `owner` has words of its own for some of them. */
  properties(schema: z.ZodMiniType, owner: string): Property[] {
    const { properties = {}, required = [] } = jsonSchemaOf(schema) as ObjectSchema;
    return Object.entries(properties).map(([name, property]) => ({
      name,
      required: required.includes(name),
      schema: this.#part(property, [name]),
      description: this.word(owner, name),
    }));
  }

  /** What the vocabulary says about a name; nothing is said by an empty text. */
  word(...path: string[]): string {
    const places = path.map((_, position) => path.slice(position).join('.'));
    return places.map((place) => this.#words[place]).find((found) => found !== undefined) ?? '';
  }

  #define(name: string, schema: JsonObject): JsonObject {
    this.components[name] ??= { ...this.#write(schema, [name]), ...this.#described(name) };
    return { $ref: `#/components/schemas/${name}` };
  }

  #part(schema: JsonObject, place: string[]): JsonObject {
    const name = this.#names.get(JSON.stringify(schema));
    return name === undefined ? this.#write(schema, place) : this.#define(name, schema);
  }

  #write(schema: JsonObject, place: string[]): JsonObject {
    const { properties, items, anyOf, oneOf } = schema as Parts;
    const parts = (list: JsonObject[]) => list.map((one) => this.#part(one, place));
    return {
      ...schema,
      ...(properties && { properties: this.#writeProperties(properties, place) }),
      ...(items && { items: this.#part(items, place) }),
      ...(anyOf && { anyOf: parts(anyOf) }),
      ...(oneOf && { oneOf: parts(oneOf) }),
    };
  }

  #writeProperties(properties: Record<string, JsonObject>, place: string[]): JsonObject {
    return Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [
        name,
        { ...this.#part(schema, [...place, name]), ...this.#described(...place, name) },
      ]),
    );
  }

  #described(...path: string[]): { description?: string } {
    const description = this.word(...path);
    return description === '' ? {} : { description };
  }
}

type Property = { name: string; required: boolean; schema: JsonObject; description: string };

type Parts = {
  properties?: Record<string, JsonObject>;
  items?: JsonObject;
  anyOf?: JsonObject[];
  oneOf?: JsonObject[];
};

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
