/** Owns the fields of forms: each with its label, its hint, and what is wrong with it, all told to screen readers too. */

import { type ComponentChildren, h, type TargetedEvent } from 'preact';
import { useId } from 'preact/hooks';

interface Common {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with it. */
  readonly fault?: string | undefined;
}

interface TextProps extends Common {
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly type?: 'text' | 'password' | 'url' | 'number' | 'datetime-local';
  readonly name?: string;
  readonly autocomplete?: 'username' | 'current-password' | 'new-password' | 'off';
  readonly placeholder?: string;
  readonly required?: boolean;
}

export function TextField({ label, hint, fault, value, onInput, type = 'text', ...more }: TextProps) {
  const ids = useFieldIds(hint, fault);
  const attributes = {
    ...more,
    id: ids.field,
    value,
    autocapitalize: 'none',
    spellcheck: false,
    'aria-describedby': ids.described,
    'aria-invalid': fault !== undefined,
    onInput: ({ currentTarget }: TargetedEvent<HTMLInputElement>) => onInput(currentTarget.value),
  };
  return (
    <Framed label={label} hint={hint} fault={fault} ids={ids}>
      {h('input', { ...attributes, type })}
    </Framed>
  );
}

interface SelectProps extends Common {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
}

export function SelectField({ label, hint, fault, value, onChange, options }: SelectProps) {
  const ids = useFieldIds(hint, fault);
  return (
    <Framed label={label} hint={hint} fault={fault} ids={ids}>
      <select
        id={ids.field}
        value={value}
        aria-describedby={ids.described}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {options.map(([each, text]) => (
          <option key={each} value={each} selected={each === value}>
            {text}
          </option>
        ))}
      </select>
    </Framed>
  );
}

interface CheckProps extends Omit<Common, 'fault'> {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function CheckField({ label, hint, checked, onChange }: CheckProps) {
  const ids = useFieldIds(hint, undefined);
  return (
    <div class="field check">
      <input
        id={ids.field}
        type="checkbox"
        checked={checked}
        aria-describedby={ids.described}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <label for={ids.field}>{label}</label>
      {hint !== undefined && (
        <p id={ids.hint} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

type Ids = ReturnType<typeof useFieldIds>;

function useFieldIds(hint: string | undefined, fault: string | undefined) {
  const field = useId();
  const described = [hint !== undefined && `${field}-hint`, fault !== undefined && `${field}-fault`].filter(Boolean);
  return { field, hint: `${field}-hint`, fault: `${field}-fault`, described: described.join(' ') || undefined };
}

function Framed({
  label,
  hint,
  fault,
  ids,
  children,
}: Common & { readonly ids: Ids; readonly children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={ids.field}>{label}</label>
      {children}
      {hint !== undefined && (
        <p id={ids.hint} class="hint">
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p id={ids.fault} class="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
