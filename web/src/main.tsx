import { render } from 'preact';
import { config } from 'zod';
import { App } from './app.tsx';
import './style.css';

// The page may not make code out of text, and zod would try.
config({ jitless: true });

const root = document.getElementById('app');
if (root) render(<App />, root);
