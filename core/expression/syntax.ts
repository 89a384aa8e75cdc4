/** What was written, before anybody knows types. `at` is the place of the node's operator or first character. */

export type Syntax =
  | { readonly kind: 'literal'; readonly of: Literal; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'call';
      /** An operator (`+`, unary `-` as `-_`), a function (`size`, `math.abs`) or a method with its dot (`.contains`). */
      readonly name: string;
      readonly args: readonly Syntax[];
      readonly at: number;
    }
  | { readonly kind: 'list'; readonly items: readonly Syntax[]; readonly at: number };

type Literal =
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'null' };
