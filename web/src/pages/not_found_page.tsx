import { text } from '../text';
import { PageHead } from '../ui/parts';

export function NotFoundPage() {
  return (
    <div class="page">
      <PageHead title={text.notFound.title} lead={text.notFound.detail} />
      <a class="button" href="/">
        {text.notFound.home}
      </a>
    </div>
  );
}
