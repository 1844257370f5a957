import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import { App } from './app';
import { startRouter } from './router';
import { refreshSession } from './session';

startRouter();
void refreshSession().catch(() => {}); // the page says so
render(<App />, document.getElementById('app')!);
