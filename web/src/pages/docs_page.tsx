// The API's documentation: quickstart, what holds for all calls, and the reference.
import { useState } from 'preact/hooks';
import '../styles/docs.css';
import quickstartCc from '../../../docs/examples/quickstart.cc?raw';
import quickstartMjs from '../../../docs/examples/quickstart.mjs?raw';
import quickstartPy from '../../../docs/examples/quickstart.py?raw';
import quickstartSh from '../../../docs/examples/quickstart.sh?raw';
import { limits } from '../session';
import { text } from '../text';
import { type Column, Table } from '../ui/lists';
import { CopyButton, PageHead } from '../ui/parts';
import { Reference } from './docs_reference';

const kExamples = [
  { name: 'curl', code: quickstartSh },
  { name: 'Python', code: quickstartPy },
  { name: 'JavaScript', code: quickstartMjs },
  { name: 'C++', code: quickstartCc },
];

const words = text.docs;
const kSections: [string, string][] = [
  ['quickstart', words.quickstart],
  ['authentication', words.auth],
  ['credits', words.credits],
  ['retries', words.retries],
  ['limits', words.limits],
  ['errors', words.errors],
  ['reference', words.reference],
];

export function DocsPage() {
  const { filesMax, fileMaxBytes, pixelsMax } = limits.value;
  const limitRows = words.limitRows(filesMax, Math.floor(fileMaxBytes / 1024 / 1024), Math.floor(pixelsMax / 1e6));
  return (
    <div class="page docs">
      <nav class="docs-contents" aria-label={words.contents}>
        <ul>
          {kSections.map(([id, title]) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="docs-body">
        <PageHead title={words.title} lead={words.lead} />
        <section id="quickstart">
          <h2>{words.quickstart}</h2>
          <p>
            <a href="/account">{words.quickstartKey}</a>
            {coded(words.quickstartLead)}
          </p>
          <Examples />
        </section>
        <Prose id="authentication" title={words.auth} paragraphs={words.authText} />
        <Prose id="credits" title={words.credits} paragraphs={words.creditsText} />
        <Prose id="retries" title={words.retries} paragraphs={words.retriesText} />
        <section id="limits">
          <h2>{words.limits}</h2>
          <Rows label={words.limits} rows={limitRows} />
        </section>
        <section id="errors">
          <h2>{words.errors}</h2>
          <p>{coded(words.errorsText)}</p>
          <Rows label={words.errors} columns={[{ title: words.errorCode }, { title: words.errorDo }]} rows={words.errorRows} />
          <h3>{words.imageErrors}</h3>
          <p>{coded(words.imageErrorsText)}</p>
          <Rows label={words.imageErrors} rows={words.imageErrorRows} />
        </section>
        <section id="reference">
          <h2>{words.reference}</h2>
          <p>
            {words.referenceLead} <a href="/openapi.json">{words.openApi}</a>
          </p>
          <Reference />
        </section>
      </div>
    </div>
  );
}

function Prose({ id, title, paragraphs }: { id: string; title: string; paragraphs: string[] }) {
  return (
    <section id={id}>
      <h2>{title}</h2>
      {paragraphs.map((paragraph) => (
        <p key={paragraph}>{coded(paragraph)}</p>
      ))}
    </section>
  );
}

function Examples() {
  const [chosen, setChosen] = useState(0);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (chosen + step + kExamples.length) % kExamples.length;
    setChosen(next);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]')[next]!.focus();
  };
  const code = kExamples[chosen]!.code;
  return (
    <div class="examples">
      <div class="examples-head">
        <div class="tabs" role="tablist" aria-label={words.languages} onKeyDown={move}>
          {kExamples.map(({ name }, i) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${i}`}
              aria-selected={i === chosen}
              aria-controls="example"
              tabIndex={i === chosen ? 0 : -1}
              onClick={() => setChosen(i)}
            >
              {name}
            </button>
          ))}
        </div>
        <CopyButton value={code} />
      </div>
      <pre id="example" role="tabpanel" aria-labelledby={`tab-${chosen}`} tabIndex={0}>
        <code>{code}</code>
      </pre>
    </div>
  );
}

/** Text with what stands between backticks set as code. */
function coded(text: string) {
  return text.split('`').map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part));
}

function Rows({ label, columns, rows }: { label: string; columns?: Column[]; rows: string[][] }) {
  return (
    <Table label={label} {...(columns && { columns })}>
      {rows.map((row) => (
        <tr key={row[0]}>
          {row.map((cell, i) => (
            <td key={i}>{coded(cell)}</td>
          ))}
        </tr>
      ))}
    </Table>
  );
}
