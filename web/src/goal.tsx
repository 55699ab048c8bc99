import { percent } from './format.ts';
import { text } from './strings.ts';

/** A share, what the policy asks of it, and whether that is reached. */
export function Goal(props: {
  readonly label: string;
  readonly help: string;
  readonly value: number;
  readonly wanted: string | undefined;
  readonly reached: boolean;
}) {
  const { label, help, value, wanted, reached } = props;
  return (
    <div class="goal">
      <h3>{label}</h3>
      <p class="big">{percent(value)}</p>
      <p>
        {wanted !== undefined && `${text.needs(wanted)} · `}
        <span class={reached ? 'good-text' : 'warn-text'}>{reached ? text.reached : text.notReached}</span>
      </p>
      <p class="quiet">{help}</p>
    </div>
  );
}
