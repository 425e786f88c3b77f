import { FieldError, Input, Label, Text, TextArea, TextField as AriaTextField } from 'react-aria-components';
import type { TextFieldProps as AriaTextFieldProps } from 'react-aria-components';
import type { ReactNode } from 'react';
import styles from './field.module.css';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'children' | 'className'> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the text. */
  problem?: string | undefined;
  lines?: number;
  placeholder?: string;
}

export function TextField({ label, hint, problem, lines = 1, placeholder = '', ...props }: TextFieldProps) {
  return (
    <AriaTextField {...props} className={styles['field'] ?? ''} isInvalid={problem !== undefined}>
      <Label className={styles['label'] ?? ''}>{label}</Label>
      {lines > 1 ? (
        <TextArea className={styles['input'] ?? ''} rows={lines} placeholder={placeholder} />
      ) : (
        <Input className={styles['input'] ?? ''} placeholder={placeholder} />
      )}
      {hint !== undefined && (
        <Text slot="description" className={styles['hint'] ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={styles['problem'] ?? ''}>{problem}</FieldError>
    </AriaTextField>
  );
}
