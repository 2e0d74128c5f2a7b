// What every page uses. Each part does nothing where its elements are missing.
import { keyboard } from "./keyboard.js";
import { theme } from "./theme.js";
import { menus } from "./menus.js";
import { drafts } from "./drafts.js";
import { live } from "./live.js";
import { ticks } from "./ticks.js";
import { uploads } from "./uploads.js";

theme();
menus();
keyboard();
drafts();
live();
ticks();
uploads();
document.documentElement.dataset.ready = "1";
