import { experiments as said } from '../../words/en/experiments.ts';
import { inPoints } from './experiment.ts';
import styles from './experiments.module.css';

const [width, height, margin] = [480, 64, 24];

/** The confidence sequence of a difference, beside no difference at all. Its sentence stands under it for everybody. */
export function IntervalChart({ variant, low, high, difference }: { variant: string; low: number; high: number; difference: number }) {
  const most = Math.max(Math.abs(low), Math.abs(high), 0.01);
  const x = (value: number) => margin + ((value + most) / (2 * most)) * (width - 2 * margin);
  const sentence = said.interval(variant, inPoints(low), inPoints(high), inPoints(difference));
  return (
    <figure className={styles['interval']}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sentence}>
        <line className={styles['axis']} x1={margin} x2={width - margin} y1={28} y2={28} />
        <line className={styles['zero']} x1={x(0)} x2={x(0)} y1={10} y2={46} />
        <line className={styles['range']} x1={x(low)} x2={x(high)} y1={28} y2={28} />
        <circle className={styles['middle']} cx={x(difference)} cy={28} r={6} />
        <text x={x(0)} y={60} textAnchor="middle">
          {said.noDifference}
        </text>
        <text x={margin} y={12}>
          {inPoints(-most)} {said.points}
        </text>
        <text x={width - margin} y={12} textAnchor="end">
          {inPoints(most)} {said.points}
        </text>
      </svg>
      <figcaption>{sentence}</figcaption>
    </figure>
  );
}
