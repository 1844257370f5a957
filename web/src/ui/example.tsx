// A picture before and after, to wipe over: what removr does, said without words.
import { useState } from 'preact/hooks';
import after from '../assets/example-after.webp';
import before from '../assets/example-before.webp';
import { text } from '../text';

const kWidth = 896;
const kHeight = 504;

export function Example() {
  const [percent, setPercent] = useState(50);
  const size = { width: kWidth, height: kHeight, loading: 'lazy', decoding: 'async' } as const;
  return (
    <figure class="example">
      <div class="wipe" style={{ '--at': `${percent}%` }}>
        <img src={after} alt={text.tool.example.after} {...size} />
        <img class="wipe-before" src={before} alt={text.tool.example.before} {...size} />
        <input
          type="range"
          aria-label={text.tool.example.wipe}
          value={percent}
          onInput={(event) => setPercent(event.currentTarget.valueAsNumber)}
        />
      </div>
      <figcaption class="quiet small">{text.tool.example.caption}</figcaption>
    </figure>
  );
}
