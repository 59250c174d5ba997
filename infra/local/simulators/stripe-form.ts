export type FormValue = string | { [name: string]: FormValue };

/** Reads Stripe's form encoding: `metadata[rechargeId]=r1&amount=1299` is `{metadata: {rechargeId: 'r1'}, amount: '1299'}`. */
export function parseStripeForm(body: string): Record<string, FormValue> {
  const form: Record<string, FormValue> = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split('[').map((part) => part.replace(/\]$/, ''));
    const last = path.pop() ?? name;
    let level = form;
    for (const part of path) {
      const known = level[part];
      const next: Record<string, FormValue> = typeof known === 'object' ? known : Object.create(null);
      level[part] = next;
      level = next;
    }
    level[last] = value;
  }
  return form;
}
