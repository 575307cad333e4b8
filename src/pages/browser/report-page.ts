// The program of a report: builds the page from the data in it.

import type { ReportData } from '../report-data.js';
import { CourseSection } from './course-section.js';
import { element } from './elements.js';
import { gatesSection } from './gates-section.js';
import { GradientSection } from './gradient-section.js';
import { LiveLog } from './live-log.js';
import { cardsSection, mapsSection, optionsSection, samplesSection } from './runs-sections.js';
import { SurpriseSection } from './surprise-section.js';
import { UnitsSection } from './units-section.js';
import { shownText } from './visible-characters.js';

function build(data: ReportData, main: HTMLElement): void {
  const { runs, text } = data;
  const course = runs.some(({ course }) => course.step.length > 0) || data.watch ? new CourseSection(runs) : null;
  const surprise = text && runs.some((run) => run.surprise) ? new SurpriseSection(text, runs) : null;
  const units = text && runs.some((run) => run.units) ? new UnitsSection(text, runs) : null;
  const gradient = runs.some(({ gradientFlow }) => gradientFlow) ? new GradientSection(runs) : null;
  const sections = [
    course?.box ?? null,
    optionsSection(data),
    surprise?.box ?? null,
    units?.box ?? null,
    gatesSection(runs),
    gradient?.box ?? null,
    mapsSection(runs),
    samplesSection(runs),
    cardsSection(runs),
  ].filter((box) => box !== null);
  const contents = element(
    'nav',
    { 'aria-label': 'Contents' },
    ...sections.map((box) => element('a', { href: `#${box.id}` }, box.querySelector('h2')?.textContent ?? '')),
  );
  const names = runs.map(({ name }) => shownText(name)).join(', ');
  const sources = runs.map(({ course }) => course.source).filter((source) => source !== '');
  const header = element(
    'header',
    {},
    element('p', { class: 'kicker' }, 'charrnn report'),
    element('h1', {}, names),
    element('p', { class: 'note' }, `Measured from ${shownText(sources.join('; '))}.`),
  );
  const live = data.watch && course ? new LiveLog(runs[0], data.watch.every, (run) => course.draw([run])) : null;
  if (live) header.append(live.box);
  main.replaceChildren(header, contents, ...sections);
  course?.draw();
  surprise?.draw();
  gradient?.draw();
  void live?.follow();
}

const holder = document.getElementById('data');
const main = document.getElementById('report');
if (holder && main) build(JSON.parse(holder.textContent ?? '{}'), main);
