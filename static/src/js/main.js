// One bundle for every page: htmx 2 and our small modules, each of which listens on the document,
// so that fragments swapped in later need no set-up.
import "../vendor/htmx.esm.js";
import "./csrf.js";
import "./theme.js";
import "./drawer.js";
import "./menu.js";
import "./keyboard.js";
import "./suggest.js";
import "./dialogs.js";
import "./forms.js";
import "./selection.js";
import "./columns.js";
import "./tabs.js";
import "./references.js";
import "./tablefields.js";
