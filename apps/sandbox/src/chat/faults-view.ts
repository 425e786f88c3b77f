import type { FaultMode, ServiceName } from '../platform/faults.ts';
import { el, select } from './dom.ts';
import { whenChanged } from './live.ts';
import { attempt } from './notice.ts';
import { listFaults, setFault } from './platform.ts';
import type { Fault } from './platform.ts';

/** What stops when it is broken. */
const about: Readonly<Record<ServiceName, string>> = {
  auth: 'tokens and sign-in',
  users: 'names and tiers of users',
  performers: 'names of models',
  messages: 'delivery of replies and notices',
  analytics: 'events',
};
const effects: Readonly<Record<Exclude<FaultMode, 'ok'>, string>> = {
  error: 'answers 500',
  'rate-limited': 'answers 429',
  timeout: 'never answers',
  'drop-after-effect': 'does it, then hangs up',
};

function isBrokenMode(mode: string): mode is Exclude<FaultMode, 'ok'> {
  return mode in effects;
}

/** A switch for each service of the platform, and what it does when it is broken. @param tell how many are. */
export function createFaultsView(tell: (broken: number) => void): HTMLElement {
  const rows = new Map<ServiceName, (fault: Fault) => void>();
  const list = el('ul', { class: 'faults' });

  function rowOf(service: ServiceName): (fault: Fault) => void {
    const toggle = el('input', { type: 'checkbox', role: 'switch', id: `fault-${service}` });
    const mode = select(`How ${service} fails`, Object.keys(effects), 'error');
    for (const option of mode.options) if (isBrokenMode(option.value)) option.text = `${option.value}: ${effects[option.value]}`;
    const apply = async () => {
      const wanted = toggle.checked && isBrokenMode(mode.value) ? mode.value : 'ok';
      await attempt('Setting the fault', () => setFault(service, wanted));
      await refresh();
    };
    toggle.addEventListener('change', () => void apply());
    mode.addEventListener('change', () => void (toggle.checked && apply()));
    list.append(el('li', {}, el('label', { for: toggle.id }, toggle, el('strong', {}, service), el('span', {}, about[service])), mode));
    return (fault) => {
      toggle.checked = fault.mode !== 'ok' && fault.rate > 0;
      if (fault.mode !== 'ok') mode.value = fault.mode;
      mode.hidden = !toggle.checked;
      mode.parentElement?.classList.toggle('broken', toggle.checked);
    };
  }

  async function refresh(): Promise<void> {
    const faults = await listFaults().catch(() => []);
    for (const fault of faults) {
      const show = rows.get(fault.service) ?? rowOf(fault.service);
      rows.set(fault.service, show);
      show(fault);
    }
    tell(faults.filter(({ mode, rate }) => mode !== 'ok' && rate > 0).length);
  }
  whenChanged(['faults'], () => void refresh());
  void refresh();
  return list;
}
