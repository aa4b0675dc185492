/** Owns the types of Node-RED's editor as far as our dialogs use it: those that are published lack validators with reasons and pickers. */

type Translate = (key: string, values?: Readonly<Record<string, string>>) => string;

/** What a dialog or a validator sees of its node: the properties of `defaults`, by name. */
export interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly _: Translate;
  /** Of a configuration node: those that use it. */
  readonly users?: readonly EditorNode[];
  [property: string]: unknown;
}

/** The reason as a text makes the value invalid; Node-RED takes it only from a function of two parameters without defaults. */
export type Validator = (this: EditorNode, value: string, options: object) => true | string;

interface Property {
  readonly value: unknown;
  readonly required?: boolean;
  readonly type?: string;
  readonly label?: string;
  readonly validate?: Validator;
}

interface Definition {
  readonly category: string;
  readonly categoryDescription?: string;
  readonly color?: string;
  readonly icon?: string;
  readonly inputs?: number;
  readonly outputs?: number;
  readonly paletteLabel?: string;
  readonly defaults: Readonly<Record<string, Property>>;
  readonly credentials?: Readonly<Record<string, { readonly type: 'text' | 'password' }>>;
  label(this: EditorNode): string;
  labelStyle?(this: EditorNode): string;
  inputLabels?(this: EditorNode): string;
  outputLabels?(this: EditorNode, index: number): string;
  onadd?(this: EditorNode): void;
  oneditprepare?(this: EditorNode): void;
  oneditsave?(this: EditorNode): void;
  oneditresize?(this: EditorNode, size: { readonly height: number }): void;
}

export interface Completion {
  readonly value: string;
  readonly label: string;
}

/** A record as a look-up tells it. */
export interface Choice extends Completion {
  readonly name?: string;
  readonly room?: string;
}

export interface TypedInputType {
  readonly value: string;
  readonly label: string;
  readonly icon?: string;
  readonly hasValue?: boolean;
  readonly options?: readonly Completion[];
  /** With two parameters, or Node-RED takes the result for the list. */
  readonly autoComplete?: (value: string, done: (found: readonly Completion[]) => void) => void;
  readonly validate?: (value: string) => boolean;
}

interface TypedInputOptions {
  readonly default?: string;
  readonly types: readonly (string | TypedInputType)[];
  readonly typeField?: string;
}

interface EditableListOptions<Item> {
  readonly addButton?: string;
  readonly sortable?: boolean;
  readonly removable?: boolean;
  readonly height?: number | 'auto';
  addItem(row: JQuery, index: number, item: Item): void;
}

declare global {
  const RED: {
    readonly nodes: {
      registerType(type: string, definition: Definition): void;
      node(id: string): EditorNode | null;
      /** Until the callback returns false. */
      eachConfig(callback: (node: EditorNode) => boolean): void;
      /** Until the callback returns false. */
      eachNode(callback: (node: EditorNode) => boolean): void;
      /** Whether there is something to deploy. */
      dirty(isSo: boolean): void;
    };
    readonly view: { redraw(): void };
    readonly editor: { validateNode(node: EditorNode): boolean };
    readonly events: { on(event: 'nodes:add', listener: (node: EditorNode) => void): void };
    notify(text: string, options: { readonly type: 'warning'; readonly timeout: number }): void;
    readonly validators: { typedInput(typeProperty: string): (this: EditorNode, value: string) => boolean };
    readonly _: Translate;
  };

  interface JQuery {
    typedInput(options: TypedInputOptions): this;
    typedInput(action: 'value' | 'type'): string;
    typedInput(action: 'value' | 'type', value: string): this;
    typedInput(action: 'types', value: readonly (string | TypedInputType)[]): this;
    editableList<Item>(options: EditableListOptions<Item>): this;
    editableList(action: 'addItem', item: unknown): this;
    editableList(action: 'items'): JQuery;
    editableList(action: 'height', height: number): this;
  }
}
