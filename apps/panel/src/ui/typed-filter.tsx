import { useState } from 'react';
import { TextField } from './text-field.tsx';

/** A filter that is typed: it counts as soon as the text has the form that is asked for. What is typed stays meanwhile. */
export function TypedFilter({
  label,
  hint,
  problem,
  value,
  isWhole,
  onChange,
}: {
  label: string;
  hint: string;
  /** What is said of a text that has not the form. */
  problem: string;
  value: string;
  isWhole: (text: string) => boolean;
  onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // Back, or a link, sets it from outside.
  if (known !== value) {
    setKnown(value);
    if (typed.trim().toLowerCase() !== value) setTyped(value);
  }
  const isRight = (text: string) => text === '' || isWhole(text);
  return (
    <TextField
      label={label}
      hint={hint}
      value={typed}
      problem={isRight(typed.trim().toLowerCase()) ? undefined : problem}
      onChange={(text) => {
        setTyped(text);
        const wanted = text.trim().toLowerCase();
        if (isRight(wanted) && wanted !== value) onChange(wanted);
      }}
    />
  );
}
