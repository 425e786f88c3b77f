import { Button as AriaButton } from 'react-aria-components';
import type { ButtonProps as AriaButtonProps } from 'react-aria-components';
import styles from './button.module.css';

export interface ButtonProps extends AriaButtonProps {
  /** Of the buttons of a place one is the first: what people came for. */
  kind?: 'first' | 'plain' | 'quiet' | 'danger';
}

export function Button({ kind = 'plain', ...props }: ButtonProps) {
  return <AriaButton {...props} className={`${styles['button']} ${styles[kind]}`} />;
}
