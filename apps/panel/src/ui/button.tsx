import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { ButtonProps as AriaButtonProps } from 'react-aria-components';
import styles from './button.module.css';

export interface ButtonProps extends AriaButtonProps {
  /** Of the buttons of a place one is the first: what people came for. */
  kind?: 'first' | 'plain' | 'quiet' | 'danger';
}

/**
 * A button. One that has the focus while it is disabled, such as Save after the saving, does nothing and keeps the focus: from a button that
 * the browser disables, the focus would fall out of the page.
 */
export function Button({ kind = 'plain', isDisabled = false, isPending = false, ...props }: ButtonProps) {
  const [hasFocus, setHasFocus] = useState(false);
  return (
    <AriaButton
      {...props}
      isDisabled={isDisabled && !hasFocus}
      isPending={isPending || (isDisabled && hasFocus)}
      onFocusChange={setHasFocus}
      className={`${styles['button']} ${styles[kind]}`}
    />
  );
}
