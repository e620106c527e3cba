import { pictureCss } from "../postmortem/picture/picture-parts.ts";

/**
 * The style sheet: one file for every page, without anything from elsewhere. The system's own letters, light and dark
 * by what the reader's device says, and colours that stand 4.5:1 and more against what is behind them.
 */
export const styleSheet = `
:root{color-scheme:light dark;
--paper:#fff;--wash:#f6f7f9;--line:#dfe3e8;--ink:#14181f;--soft:#525c6b;--link:#0b57b7;
--ok:#1c7c4a;--ok-wash:#eaf6ef;--minor:#8a5a00;--minor-wash:#fdf4dd;--part:#b04300;--part-wash:#fdeee3;
--major:#b3202c;--major-wash:#fdecec;--work:#3a55b4;--work-wash:#eceffb;--none:#77808d;--bar:#3b9467;
--shadow:0 1px 2px rgb(20 24 31/.06)}
@media(prefers-color-scheme:dark){:root{
--paper:#12161c;--wash:#191f27;--line:#2c3541;--ink:#e8ecf1;--soft:#a3adba;--link:#8ab8ff;
--ok:#4cc486;--ok-wash:#14291f;--minor:#e8b64a;--minor-wash:#2b2413;--part:#ff9a62;--part-wash:#2f1e14;
--major:#ff8087;--major-wash:#331a1d;--work:#9db1ff;--work-wash:#1b2140;--none:#7f8998;--bar:#3a9a6b;--shadow:none}}
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
body>*{padding-inline:max(1.25rem,calc(50vw - 27rem))}
a{color:var(--link);text-underline-offset:.2em;text-decoration-thickness:.06em}
a:hover{text-decoration-thickness:.12em}
:focus-visible{outline:.1875rem solid var(--link);outline-offset:.1875rem;border-radius:.25rem}
h1,h2,h3,h4,p,dl,dd,ol,ul,figure{margin:0;padding:0}
ol,ul{list-style:none}
h1,h2,h3,h4{line-height:1.25;letter-spacing:-.012em;font-weight:650;text-wrap:balance}
h1{font-size:1.75rem}
h2{font-size:1.1875rem}
h3{font-size:1.0625rem}
p+p{margin-top:.6em}
small,.note{font-size:.875rem;color:var(--soft)}
.skip{position:absolute;inset-inline-start:1rem;top:-5rem;padding:.5rem 1rem;background:var(--paper)}
.skip:focus{top:1rem;z-index:1}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.5rem;padding-block:1.125rem;border-bottom:1px solid var(--line)}
.brand{font-weight:700;font-size:1.125rem;letter-spacing:-.015em;color:inherit;text-decoration:none;margin-inline-end:auto;padding-block:.375rem}
.top ul{display:flex;flex-wrap:wrap;gap:0 1.25rem}
.top li a,.end li a{display:inline-block;padding-block:.375rem;color:var(--soft);text-decoration:none;font-size:.9375rem}
.top li a:hover,.end li a:hover{color:var(--ink);text-decoration:underline}
.top [aria-current]{color:var(--ink);font-weight:600}
.tongues{border-inline-start:1px solid var(--line);padding-inline-start:1.25rem}
main{padding-block:2rem 3.5rem}
main>section,main>article{margin-top:2.75rem}
main>section>h2,main>section>.row{margin-bottom:.875rem}
main>article:first-child{margin-top:0}
.overall{display:flex;gap:1rem;align-items:flex-start;padding:1.375rem 1.5rem;border-radius:.875rem;background:var(--tone-wash);border:1px solid color-mix(in srgb,var(--tone) 28%,transparent)}
.overall h1{font-size:1.5rem}
.overall svg{width:2rem;height:2rem;flex:none}
.overall .note{margin-top:.25rem}
.mark{fill:none;stroke:var(--tone);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.t-ok{--tone:var(--ok);--tone-wash:var(--ok-wash)}
.t-minor{--tone:var(--minor);--tone-wash:var(--minor-wash)}
.t-part{--tone:var(--part);--tone-wash:var(--part-wash)}
.t-major{--tone:var(--major);--tone-wash:var(--major-wash)}
.t-work{--tone:var(--work);--tone-wash:var(--work-wash)}
.t-calm{--tone:var(--soft);--tone-wash:var(--wash)}
.card{border:1px solid var(--line);border-radius:.875rem;box-shadow:var(--shadow);padding:1.5rem;background:var(--paper)}
.card+.card{margin-top:1.25rem}
.card.open{box-shadow:inset 0 .25rem var(--tone);border-color:color-mix(in srgb,var(--tone) 35%,var(--line))}
.title{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:flex-start;justify-content:space-between}
.title h1,.title h2,.title h3{flex:1 1 16rem}
.title a{color:inherit;text-decoration:none}
.title a:hover{text-decoration:underline}
.badge{display:inline-flex;align-items:center;gap:.4rem;padding:.1875rem .75rem .1875rem .625rem;border-radius:1rem;font-size:.875rem;font-weight:600;color:var(--tone);background:var(--tone-wash);white-space:nowrap}
.badge svg,.state svg{width:1rem;height:1rem;flex:none}
.also{margin-top:.375rem;color:var(--soft);font-size:.9375rem}
.also span+span::before{content:" · "}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(11.5rem,1fr));gap:.875rem 1.5rem;margin-top:1.25rem;padding-block:1rem;border-block:1px solid var(--line)}
.facts dt{font-size:.8125rem;color:var(--soft);line-height:1.4}
.facts dd{font-weight:550;line-height:1.45}
.told{margin-top:.5rem}
.told>li{display:grid;grid-template-columns:8.5rem 1fr;gap:.125rem 1.25rem;padding-block:1rem}
.told>li+li{border-top:1px solid var(--line)}
.told header{line-height:1.5}
.told header b{display:block;font-weight:650}
.told time{color:var(--soft);font-size:.875rem}
.told .note{margin-top:.375rem}
.facts+.told{margin-top:.5rem}.facts+p,.facts+div{margin-top:1rem}.facts+h2{margin-top:2rem}
details{margin-top:.625rem;border-top:1px solid var(--line);padding-top:.625rem}
summary{cursor:pointer;display:inline-flex;align-items:center;gap:.5rem;padding-block:.25rem;color:var(--link);font-weight:550;font-size:.9375rem;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"";width:.4375rem;height:.4375rem;border:solid currentcolor;border-width:0 .125rem .125rem 0;rotate:-45deg;flex:none}
[open]>summary::before{rotate:45deg;translate:0 -.125rem}
summary:hover{text-decoration:underline}
details>:nth-child(2){margin-top:.75rem}
.services{border:1px solid var(--line);border-radius:.875rem;box-shadow:var(--shadow)}
.services>li{padding:1.125rem 1.5rem}
.services>li+li{border-top:1px solid var(--line)}
.services h3,.services h4{font-size:1rem;font-weight:600;letter-spacing:0}
.group>ul>li{padding-top:1.125rem}
.group>ul{padding-inline-start:1rem;border-inline-start:2px solid var(--line);margin-top:.25rem}
.row{display:flex;flex-wrap:wrap;gap:.125rem 1rem;justify-content:space-between;align-items:baseline}
.row>:first-child{flex:1 1 12rem}
.state{display:inline-flex;gap:.4rem;align-items:center;color:var(--tone);font-weight:600;font-size:.9375rem}
.days{display:block;width:100%;height:2.25rem;margin-top:.625rem}
.days *{vector-effect:none}
.d-ok{stroke:var(--bar)}.d-none{stroke:var(--none)}
.d-minor{fill:var(--minor)}.d-part{fill:var(--part)}.d-major{fill:var(--major)}
.scale{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;margin-top:.25rem;font-size:.8125rem;color:var(--soft)}
.services details{margin-top:.375rem;border:0;padding:0}
.services summary{font-size:.875rem}
.services details li{font-size:.9375rem;padding-block:.125rem}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:.875rem;font-size:.8125rem;color:var(--soft)}
.key li{display:inline-flex;gap:.4rem;align-items:flex-end;line-height:1.25}
.key svg{width:.375rem;height:1.25rem}
.list>li{padding-block:1rem;border-top:1px solid var(--line)}
.list>li:first-child{border-top:0;padding-top:0}
.list .note{margin-top:.25rem}
.more{margin-top:1rem}
.prose{margin-top:1rem;max-width:44rem}
.prose>*+*,.prose section>*+*,.prose figure>*+*{margin-top:.75em}
.prose h1,.prose h2{font-size:1.125rem;margin-top:1.75em}
.prose h3,.prose h4{font-size:1rem;margin-top:1.5em}
.prose ul{list-style:disc;padding-inline-start:1.375rem}
.prose ol{list-style:decimal;padding-inline-start:1.5rem}
.prose table{border-collapse:collapse;width:100%;font-size:.9375rem;overflow-wrap:break-word}.prose section+section{margin-top:1.75rem}.prose section>h2{margin-top:0}
.scroll{overflow-x:auto}
.prose th,.prose td{text-align:start;vertical-align:top;padding:.625rem .75rem;border:1px solid var(--line)}
.prose th{background:var(--wash);font-weight:600}
.prose code,.prose pre{font-family:ui-monospace,"SF Mono",Consolas,monospace;font-size:.875em}
.prose pre{overflow-x:auto;padding:.75rem 1rem;background:var(--wash);border-radius:.5rem}
.prose blockquote{margin-inline:0;padding-inline-start:1rem;border-inline-start:.1875rem solid var(--line);color:var(--soft)}
.prose figure{overflow-x:auto}.prose figure svg{max-width:100%;height:auto}.prose figcaption{font-size:.875rem;color:var(--soft);margin-top:.5rem}.outage-narrow{display:none}
.pages{display:flex;justify-content:space-between;gap:1rem;margin-top:1.5rem}
.months{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
form{margin-top:1rem;display:grid;gap:1rem;max-width:30rem}
label{font-weight:550;font-size:.9375rem}
fieldset{border:0;margin:0;padding:0}
legend{padding:0;font-weight:550;font-size:.9375rem}
fieldset label{display:flex;gap:.625rem;font-weight:400;padding-block:.25rem;align-items:baseline}
input[type=email],input[type=url],select{display:block;width:100%;margin-top:.25rem;padding:.625rem .75rem;font:inherit;font-weight:400;color:inherit;background:var(--paper);border:1px solid var(--none);border-radius:.5rem}
input[type=checkbox]{width:1.125rem;height:1.125rem;accent-color:var(--link);flex:none;position:relative;top:.125rem}
button{justify-self:start;font:inherit;font-weight:600;padding:.625rem 1.375rem;border:0;border-radius:.5rem;background:var(--ink);color:var(--paper);cursor:pointer}
button:hover{opacity:.88}
.end{border-top:1px solid var(--line);padding-block:1.5rem 2.5rem}
.end ul{display:flex;flex-wrap:wrap;gap:0 1.25rem}
.choice li a{display:block;padding:.875rem 1.25rem;border:1px solid var(--line);border-radius:.75rem;font-weight:600;text-decoration:none}
.choice{display:grid;gap:.75rem;margin-top:1.5rem;max-width:24rem}
${pictureCss}
@media(max-width:34rem){
h1{font-size:1.5rem}
.overall{padding:1.125rem 1.125rem}.overall h1{font-size:1.25rem}.overall svg{width:1.625rem;height:1.625rem}
.card{padding:1.125rem}.services>li{padding:1rem 1.125rem}
.brand{flex-basis:100%}.tongues{border:0;padding:0}
.told>li{grid-template-columns:1fr}
.told header{display:flex;flex-wrap:wrap;gap:0 .75rem;align-items:baseline}
.facts{grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr));gap:.75rem 1rem}.facts>:first-child{grid-column:1/-1}
.days{height:2rem}.scale span:nth-child(2){order:-1;flex-basis:100%;color:var(--ink)}}
@media(forced-colors:active){.mark{stroke:CanvasText}.d-ok,.d-none{stroke:CanvasText}.d-minor,.d-part,.d-major{fill:Highlight}.badge,.overall{border:1px solid}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000}
.top nav,.end,.skip,form,.more{display:none}.card,.services{box-shadow:none;break-inside:avoid-page}body>*{padding-inline:0}
details::details-content{content-visibility:visible;display:block}a[href^="http"]::after{content:" (" attr(href) ")";font-size:.8em}}
`
  .trim()
  .replaceAll("\n", "");
