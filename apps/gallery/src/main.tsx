import { createRoot } from 'react-dom/client';
import '@darkroom/react-uploader/styles.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { Start } from './start.tsx';
import { tellLanguage } from './texts/locale.ts';

tellLanguage();
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Start />);
