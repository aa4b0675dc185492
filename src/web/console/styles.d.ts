/** Owns that a view may name its sheet: the bundler takes it from there. */
declare module '*.css';
