import type { Report } from '../platform/moments.ts';
import { el } from './dom.ts';

/** Why no automatic reply follows, by the reasons of the mood system. */
const reasons: Readonly<Record<string, string>> = {
  auto_respond_off: 'wants no automatic replies at the moment.',
  sending_off: 'would answer, but the platform has switched automatic replies off.',
  answered: 'has answered already.',
  before_mood: 'wanted no automatic replies when you wrote.',
  too_late: 'would answer, but it is too late for that.',
  cooling_down: 'has just sent an automatic reply; another one follows in some minutes at the earliest.',
  replied: 'has just sent an automatic reply.',
  daily_cap: 'has sent you enough automatic replies for a day.',
  from_itself: 'is you.',
};

const tickMs = 200;
const slowReportMs = 1_500;
/** A reply that is overdue by more is late. */
const lateMs = 4_000;

export interface WaitingView {
  readonly element: HTMLElement;
  /** The user has written; nothing is known of it yet. */
  wrote(): void;
  show(report: Report | null): void;
  stop(): void;
}

/** What becomes of the last message: how long until the automatic reply, or why there is none. */
export function createWaitingView(modelName: string): WaitingView {
  const dots = el('span', { class: 'dots', 'aria-hidden': true }, el('i'), el('i'), el('i'));
  const words = el('span', { class: 'words' });
  // What ticks is for the eye; whoever listens is told once.
  const spoken = el('span', { class: 'spoken', role: 'status' });
  const ticking = el('span', { 'aria-hidden': true });
  const element = el('p', { class: 'waiting', hidden: true }, dots, words, ticking, spoken);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function rest(): void {
    clearInterval(timer);
    clearTimeout(timer);
    timer = undefined;
  }

  function say(text: string, isTyping: boolean): void {
    element.hidden = false;
    element.classList.toggle('typing', isTyping);
    words.textContent = text;
    ticking.textContent = '';
    spoken.textContent = '';
    words.setAttribute('role', 'status');
  }

  function countDown(dueAt: number): void {
    element.hidden = false;
    element.classList.add('typing');
    words.removeAttribute('role');
    words.textContent = '';
    spoken.textContent = `The automatic reply of ${modelName} comes in ${Math.max(0, Math.ceil((dueAt - Date.now()) / 1_000))} seconds.`;
    const tick = () => {
      const left = dueAt - Date.now();
      if (left > 0) ticking.textContent = `${modelName}’s automatic reply in ${duration(left)}`;
      else if (left > -lateMs) ticking.textContent = `${modelName}’s automatic reply is due`;
      else {
        rest();
        say(`${modelName}’s automatic reply is late. Is a service of the platform broken?`, true);
      }
    };
    timer = setInterval(tick, tickMs);
    tick();
  }

  return {
    element,
    wrote() {
      if (timer !== undefined) return;
      timer = setTimeout(() => say('The mood system has not heard of your message yet; the sandbox keeps trying.', false), slowReportMs);
    },
    show(report) {
      rest();
      element.hidden = true;
      if (report === null) return;
      const { status, dueAt, reason } = report;
      if (status === 'lost') say(`The mood system was not told of your message. ${reason ?? ''}`, false);
      else if (dueAt !== null && status !== 'ignored') countDown(Date.parse(dueAt));
      else if (status === 'ignored') say(`${modelName} ${reasons[reason ?? ''] ?? `does not answer automatically (${reason}).`}`, false);
    },
    stop: rest,
  };
}

/** Whole seconds, and minutes from one on. */
function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
