// What makes the pages handier. Every page works without it: tables are in a fair order, forms are sent, pages reload themselves.
"use strict";

const language = document.documentElement.lang === "en" ? "en" : "vi";

const words = {
    vi: {
        menu: "Danh mục", filter: "Lọc dòng", shown: (some, all) => `${some}/${all} dòng`,
        large: (megabytes) => `Lớn hơn ${megabytes} MB: sẽ bị từ chối.`,
        sending: "Đang gửi…", rows: "dòng", failed: "Không nhập được.", fullScreen: "Toàn màn hình (F)",
    },
    en: {
        menu: "Menu", filter: "Filter rows", shown: (some, all) => `${some} of ${all} rows`,
        large: (megabytes) => `Over ${megabytes} MB: it will be refused.`,
        sending: "Sending…", rows: "rows", failed: "The import failed.", fullScreen: "Full screen (F)",
    },
}[language];

/** An element with its properties; text is always text, never markup. */
function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
}

// MARK: The menu of a narrow screen

for (const navigation of document.querySelectorAll("header.site nav")) {
    const button = element("button", { type: "button", className: "menu-button", textContent: words.menu });
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
        button.setAttribute("aria-expanded", String(navigation.classList.toggle("open")));
    });
    // After the brand, so that the order of the keyboard is the order of the eye.
    navigation.parentElement.querySelector(".brand")?.after(button);
}

// MARK: Tables

const collator = new Intl.Collator("vi", { numeric: true });

/** `1.234`, `77,62%` and `-0,50` in Vietnamese, with the marks the other way round in English; null for anything else. */
function number(text) {
    const pattern = language === "vi" ? /^[+\-−]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?%?$/ : /^[+\-−]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?%?$/;
    if (!pattern.test(text)) return null;
    const plain = language === "vi" ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", "");
    return Number(plain.replace("−", "-").replace(/[+%]/g, ""));
}

/** What a cell is sorted by: numbers before texts, and what has no value last in either direction (rank 2). */
function sortKey(cell) {
    const text = (cell?.dataset.sort ?? cell?.querySelector("time")?.dateTime ?? cell?.textContent ?? "").replaceAll("\u00a0", " ").trim();
    const isMissing = text === "" || text === "–" || cell.matches(".absent, .suppressed, .not-applicable, .not-reported");
    if (isMissing) return { rank: 2, value: "" };
    const date = /^(?:(\d{2})\/)?(\d{2})\/(\d{4})$/.exec(text);
    const value = date ? Number(date[3] + date[2] + (date[1] ?? "00")) : number(text);
    return value === null ? { rank: 1, value: text } : { rank: 0, value };
}

function compare(first, second, direction) {
    if (first.rank !== second.rank) {
        return first.rank === 2 || second.rank === 2 ? first.rank - second.rank : (first.rank - second.rank) * direction;
    }
    return direction * (first.rank === 0 ? first.value - second.value : collator.compare(first.value, second.value));
}

const isFixed = (row) => row.matches(".heading, .total, .numbers");

/** The heads that stand directly above the rows, with their columns: a head of several columns cannot be sorted by. */
function lowestHeads(table) {
    const rows = [...table.tHead.rows].filter((row) => !isFixed(row));
    const taken = rows.map(() => []);
    const heads = [];
    rows.forEach((row, line) => {
        let column = 0;
        for (const cell of row.cells) {
            while (taken[line][column]) column += 1;
            for (let below = line; below < Math.min(line + cell.rowSpan, rows.length); below += 1) {
                for (let beside = 0; beside < cell.colSpan; beside += 1) taken[below][column + beside] = true;
            }
            if (line + cell.rowSpan >= rows.length && cell.colSpan === 1 && cell.textContent.trim() !== "") heads.push({ cell, column });
        }
    });
    return heads;
}

/** Sorts the rows between headings and totals, which stay where they are. Direction 0 is the order the page came in. */
function sortRows(table, column, direction, places) {
    for (const body of table.tBodies) {
        const rows = [...body.rows];
        for (let start = 0; start < rows.length; start += 1) {
            if (isFixed(rows[start])) continue;
            let end = start;
            while (end < rows.length && !isFixed(rows[end])) end += 1;
            const keyed = rows.slice(start, end).map((row) => ({ row, key: sortKey(row.cells[column]) }));
            keyed.sort((one, other) => (direction && compare(one.key, other.key, direction)) || places.get(one.row) - places.get(other.row));
            const after = rows[end] ?? null;
            for (const { row } of keyed) body.insertBefore(row, after);
            start = end;
        }
    }
}

function makeSortable(table) {
    const places = new Map([...table.rows].map((row, place) => [row, place]));
    const heads = lowestHeads(table);
    for (const { cell, column } of heads) {
        const button = element("button", { type: "button", className: "sort" });
        button.append(...cell.childNodes);
        cell.append(button);
        button.addEventListener("click", () => {
            const next = { ascending: "descending", descending: "none" }[cell.getAttribute("aria-sort")] ?? "ascending";
            for (const head of heads) head.cell.removeAttribute("aria-sort");
            cell.setAttribute("aria-sort", next);
            sortRows(table, column, { ascending: 1, descending: -1, none: 0 }[next], places);
        });
    }
}

/** `Sở Y tế` as `so y te`: people leave the marks out, and place them in two ways (hoà, hòa). */
function folded(text) {
    return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replace(/\s+/g, " ");
}

/** A box above a long table that keeps only the rows with all words in it; totals stay, headings while they head a row. */
function addRowFilter(table) {
    const bodies = [...table.tBodies];
    const rows = bodies.flatMap((body) => [...body.rows]).filter((row) => !isFixed(row));
    if (rows.length <= 15) return;
    const texts = new Map(rows.map((row) => [row, folded(row.textContent)]));
    const input = element("input", { type: "search", autocomplete: "off", id: `filter-${table.id || Math.random().toString(36).slice(2)}` });
    const count = element("span");
    count.setAttribute("role", "status");
    const box = element("div", { className: "row-filter" }, element("label", { htmlFor: input.id, textContent: words.filter }), input, count);
    const frame = table.closest(".scroll") ?? table;
    frame.before(box);
    frame.classList.add("long");
    input.addEventListener("input", () => {
        const wanted = folded(input.value).split(" ").filter(Boolean);
        for (const row of rows) row.hidden = !wanted.every((word) => texts.get(row).includes(word));
        for (const heading of table.querySelectorAll("tr.heading")) {
            const headed = [...heading.parentElement.rows].filter((row) => !isFixed(row));
            heading.hidden = headed.length > 0 && headed.every((row) => row.hidden);
        }
        count.textContent = wanted.length === 0 ? "" : words.shown(rows.filter((row) => !row.hidden).length, rows.length);
    });
}

for (const table of document.querySelectorAll("table.sortable")) {
    if (!table.tHead) continue;
    makeSortable(table);
    addRowFilter(table);
}

// MARK: Values of charts

const tooltip = element("div", { className: "tooltip", id: "tooltip", hidden: true });
tooltip.setAttribute("role", "tooltip");
let shownPoint = null;

function hideTooltip() {
    if (!shownPoint) return;
    shownPoint.querySelector("title").textContent = tooltip.textContent;
    shownPoint = null;
    tooltip.hidden = true;
}

function showTooltip(point) {
    if (point === shownPoint) return;
    hideTooltip();
    const title = point.querySelector("title");
    tooltip.textContent = title.textContent;
    // Empty meanwhile, or the browser would lay its own over ours. The name of the point is in its aria-label.
    title.textContent = "";
    tooltip.hidden = false;
    shownPoint = point;
    const [place, size] = [point.getBoundingClientRect(), tooltip.getBoundingClientRect()];
    const left = place.left + place.width / 2 - size.width / 2;
    // It touches the point, so that the pointer can move onto it.
    const top = place.top - size.height - 2 < 0 ? place.bottom + 2 : place.top - size.height - 2;
    tooltip.style.left = `${Math.max(4, Math.min(left, document.documentElement.clientWidth - size.width - 4))}px`;
    tooltip.style.top = `${top}px`;
}

/** The point under a finger or a pointer, which need not meet a mark of six pixels. */
function nearestPoint(points, x, y) {
    let [nearest, least] = [null, 20];
    for (const point of points) {
        const place = point.getBoundingClientRect();
        const across = Math.max(place.left - x, 0, x - place.right);
        const down = Math.max(place.top - y, 0, y - place.bottom);
        const distance = Math.hypot(across, down);
        if (distance < least) [nearest, least] = [point, distance];
    }
    return nearest;
}

for (const picture of document.querySelectorAll("svg.picture")) {
    const points = [...picture.querySelectorAll("title")].map((title) => title.parentElement).filter((point) => point !== picture);
    if (points.length === 0) continue;
    // A picture with points that take the focus is a group of pictures. One stop for Tab, arrows go on from point to point.
    picture.setAttribute("role", "group");
    points.forEach((point, place) => {
        point.setAttribute("role", "img");
        point.setAttribute("aria-label", point.querySelector("title").textContent);
        point.setAttribute("tabindex", place === 0 ? "0" : "-1");
        point.addEventListener("focus", () => showTooltip(point));
        point.addEventListener("blur", hideTooltip);
    });
    picture.addEventListener("keydown", (event) => {
        const place = points.indexOf(document.activeElement);
        const steps = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1, Home: 0, End: points.length - 1 };
        const next = points[steps[event.key]];
        if (place < 0 || !(event.key in steps)) return;
        event.preventDefault();
        event.stopPropagation();
        if (!next) return;
        points[place].setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
    });
    const follow = (event) => {
        const point = nearestPoint(points, event.clientX, event.clientY);
        if (point) showTooltip(point);
        else hideTooltip();
    };
    picture.addEventListener("pointermove", follow);
    picture.addEventListener("pointerdown", follow);
    picture.addEventListener("pointerleave", (event) => {
        // A finger that is lifted leaves, too; what it asked for stays until the next touch.
        if (event.pointerType !== "touch" && event.relatedTarget !== tooltip) hideTooltip();
    });
}
document.body.append(tooltip);
tooltip.addEventListener("pointerleave", hideTooltip);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTooltip(); });
document.addEventListener("pointerdown", (event) => { if (!event.target.closest("svg.picture, .tooltip")) hideTooltip(); });
// It is fixed to the window, the point is not.
document.addEventListener("scroll", hideTooltip, { capture: true, passive: true });

// MARK: Files to send

const upload = document.querySelector("form#upload");
// The form has another input of files, for the mapping profile.
const fileInput = upload?.querySelector("input[type=file][name=file]");
if (fileInput) {
    const limit = Number(upload.dataset.limitMb);
    const list = element("ul", { className: "files" });
    list.setAttribute("aria-live", "polite");
    // The button to send stands below the list of what is sent.
    const button = upload.querySelector("button, input[type=submit]");
    ((button?.closest("p, .actions") ?? button) ?? upload.lastElementChild).before(list);
    const size = (bytes) => `${(bytes / 1e6).toLocaleString(language, { maximumFractionDigits: bytes < 1e6 ? 2 : 1 })} MB`;
    const showFiles = () => list.replaceChildren(...[...fileInput.files].map((file) => {
        const item = element("li", {}, element("span", { textContent: file.name }), element("span", { className: "size", textContent: size(file.size) }));
        if (file.size > limit * 1e6) item.append(element("span", { className: "warning", textContent: words.large(limit) }));
        return item;
    }));
    fileInput.addEventListener("change", showFiles);
    const isOver = (event) => upload.contains(event.target);
    // Also beside the form: the browser would leave the page to show a file that misses it.
    document.addEventListener("dragover", (event) => {
        event.preventDefault();
        upload.classList.toggle("over", isOver(event));
    });
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) upload.classList.remove("over"); });
    document.addEventListener("drop", (event) => {
        event.preventDefault();
        upload.classList.remove("over");
        if (!isOver(event) || event.dataTransfer.files.length === 0) return;
        const chosen = new DataTransfer();
        for (const file of [...fileInput.files, ...event.dataTransfer.files]) chosen.items.add(file);
        fileInput.files = chosen.files;
        showFiles();
    });
}

// MARK: An import on its way

const running = document.querySelector("#progress[data-events]");
if (running) {
    const bar = running.querySelector("progress");
    const text = running.querySelector("p") ?? running.appendChild(element("p"));
    // The text changes often. Only quarters are read out.
    const spoken = element("p", { className: "visually-hidden" });
    spoken.setAttribute("role", "status");
    running.after(spoken);
    running.removeAttribute("role");
    let [quarter, failures] = [0, 0];
    const reloadSoon = () => setTimeout(() => location.reload(), 2000);
    if (!("EventSource" in window)) reloadSoon();
    else {
        const events = new EventSource(running.dataset.events);
        events.addEventListener("progress", (event) => {
            failures = 0;
            const { percent, rows, file, waiting } = JSON.parse(event.data);
            const parts = waiting ? [waiting] : [Number.isFinite(percent) ? `${Math.floor(percent)}%` : "", Number.isFinite(rows) ? `${rows.toLocaleString(language)} ${words.rows}` : "", file ?? ""];
            text.textContent = parts.filter(Boolean).join(" · ");
            if (!Number.isFinite(percent)) return;
            if (bar) bar.value = percent;
            if (Math.floor(percent / 25) > quarter) {
                quarter = Math.floor(percent / 25);
                spoken.textContent = text.textContent;
            }
        });
        events.addEventListener("done", (event) => {
            events.close();
            const target = new URL(JSON.parse(event.data).location, location.href);
            if (target.origin === location.origin) location.assign(target);
        });
        events.addEventListener("failed", (event) => {
            events.close();
            const message = element("p", { className: "flash error", textContent: JSON.parse(event.data).message || words.failed });
            message.setAttribute("role", "alert");
            running.replaceChildren(message);
        });
        events.addEventListener("error", () => {
            failures += 1;
            if (events.readyState !== EventSource.CLOSED && failures < 3) return;
            events.close();
            reloadSoon();
        });
    }
}

// MARK: Slides

const slides = document.body.classList.contains("slides") ? [...document.querySelectorAll("section.slide")] : [];
if (slides.length > 0) {
    const main = document.querySelector("main");
    // The letter F is a key of the slides only while the focus is among them, so that it is free for those who speak their keys.
    main.focus({ preventScroll: true });
    const middle = () => window.innerHeight / 2;
    const current = () => slides.findIndex((slide) => slide.getBoundingClientRect().bottom > middle());
    const show = (place) => {
        const slide = slides[Math.max(0, Math.min(place, slides.length - 1))];
        slide.scrollIntoView();
        history.replaceState(null, "", `#${slide.id}`);
    };
    const toggleFullScreen = () => {
        const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
        change?.catch((error) => console.warn(error));
    };
    const button = element("button", { type: "button", className: "secondary full-screen", textContent: words.fullScreen });
    button.addEventListener("click", toggleFullScreen);
    slides[0].append(button);
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
        const isPressable = event.target.closest("a, button, summary");
        const space = event.key === " " && !isPressable;
        if (event.key === "ArrowRight" || event.key === "PageDown" || (space && !event.shiftKey)) show(current() + 1);
        else if (event.key === "ArrowLeft" || event.key === "PageUp" || space) show(current() - 1);
        else if (event.key === "Home") show(0);
        else if (event.key === "End") show(slides.length - 1);
        else if (event.key.toLowerCase() === "f" && main.contains(document.activeElement)) toggleFullScreen();
        else return;
        event.preventDefault();
    });
}

// MARK: Forms

document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    // Only what changes something may not be sent twice.
    const isSent = form.method === "post" && form.dataset.sent === "yes";
    if (isSent || (question && !confirm(question))) event.preventDefault();
    if (event.defaultPrevented || form.method !== "post") return;
    form.dataset.sent = "yes";
    // Later, because a button that is disabled now would not be sent along.
    setTimeout(() => {
        for (const button of form.querySelectorAll("button, input[type=submit]")) button.disabled = true;
        if (form === upload) form.append(element("p", { textContent: words.sending, role: "status" }));
    });
});

// A page that comes back by the Back button can be used again.
window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
        delete form.dataset.sent;
        for (const button of form.querySelectorAll("button, input[type=submit]")) button.disabled = false;
    }
});
