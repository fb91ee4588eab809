import extension from '../../vscode-extension/eslint.config.mjs';

export default extension;
