/// The page's style sheet. Light and dark follow the reader's system; print is light.
let pageStyle = """
    :root{--paper:#f6f6f3;--card:#fff;--ink:#1b1e23;--soft:#5f6875;--grid:#e4e6e9;--edge:#dfe1e4;--blue:#2458c9;--red:#bf3a2b;--green:#157a58;--orange:#c8650d;--grey:#8d96a3;color-scheme:light}
    @media (prefers-color-scheme:dark){:root{--paper:#0e1115;--card:#161a20;--ink:#e7eaef;--soft:#949dab;--grid:#262c35;--edge:#262c35;--blue:#77a2ff;--red:#ff8071;--green:#4fc99f;--orange:#f2a555;--grey:#77808d;color-scheme:dark}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;-webkit-font-smoothing:antialiased}
    main{max-width:1180px;margin:0 auto;padding:28px 24px 56px}
    header{display:flex;flex-wrap:wrap;align-items:flex-end;gap:6px 18px;margin-bottom:20px}
    header svg{width:38px;height:24px;fill:var(--ink);align-self:center}
    header svg+div{flex:1 1 200px}
    h1{font-size:22px;font-weight:650;letter-spacing:-.01em;margin:0;line-height:1.2}
    header p{margin:2px 0 0;color:var(--soft)}
    header .when{margin-left:auto;text-align:right;color:var(--soft)}
    h2{font-size:12px;font-weight:600;letter-spacing:.07em;text-transform:uppercase;color:var(--soft);margin:34px 0 10px}
    .card,figure{background:var(--card);border:1px solid var(--edge);border-radius:8px;margin:0;padding:14px 16px}
    figure+figure{margin-top:12px}
    .tiles{display:grid;grid-template-columns:repeat(5,1fr);background:var(--edge);gap:1px;border:1px solid var(--edge);border-radius:8px;overflow:hidden}
    .tiles div{background:var(--card);padding:12px 16px}
    .tiles span{display:block;color:var(--soft);font-size:12px}
    .tiles b{display:block;font-size:21px;font-weight:600;letter-spacing:-.01em;white-space:nowrap;margin-top:1px}
    .tiles small{color:var(--soft);font-size:12px}
    .grid2{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:12px}
    .grid3{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:12px}
    .grid2>.wide{grid-column:1/-1}.grid2>figure+figure,.grid3>figure+figure{margin-top:0}
    .gain{color:var(--green)}.loss{color:var(--red)}
    figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 8px;margin-bottom:10px}
    figcaption b{font-weight:600}
    .unit{color:var(--soft);font-size:12px}
    .legend{margin-left:auto;display:flex;gap:14px;font-size:12px;color:var(--soft)}
    .key::before{content:"";display:inline-block;width:14px;height:2px;margin-right:6px;vertical-align:middle;background:var(--c)}
    .key.dot::before{width:8px;height:8px;border-radius:50%}
    .key.dot.sell::before{border-radius:0}
    .blue{--c:var(--blue)}.red{--c:var(--red)}.green{--c:var(--green)}.ink{--c:var(--soft)}.grey{--c:var(--grey)}.orange{--c:var(--orange)}.buy{--c:var(--blue)}.sell{--c:var(--orange)}
    .frame{position:relative;margin:0 0 20px;container-type:inline-size}
    .plot{position:absolute;inset:0;outline:none}
    .plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:hidden;border-bottom:1px solid var(--grid)}
    path{vector-effect:non-scaling-stroke;fill:none}
    .grid{stroke:var(--grid);stroke-width:1}.faint{opacity:.55}.base{stroke:var(--grey);stroke-width:1}
    path.line{stroke:var(--c);stroke-width:1.5;stroke-linejoin:round}
    path.area{fill:var(--c);opacity:.12}
    path.dots{stroke:var(--c);stroke-width:6.5;stroke-linecap:round}
    path.dots.sell{stroke-linecap:square;stroke-width:6}
    path.dots.rim{stroke:var(--card);stroke-width:9}
    .y i,.x i{position:absolute;font-style:normal;font-size:11.5px;color:var(--soft);white-space:nowrap}
    .y i{right:calc(100% + 8px);transform:translateY(-50%)}
    .x{position:absolute;inset:100% 0 auto 0}.x i{transform:translateX(-50%);top:5px}
    .x .medium,.x .wide{display:none}@container (min-width:400px){.x .medium{display:inline}}@container (min-width:700px){.x .wide{display:inline}}
    .cursor{position:absolute;top:0;bottom:0;width:1px;background:var(--grey);display:none;pointer-events:none}
    .tip{position:fixed;z-index:9;pointer-events:none;display:none;background:var(--card);border:1px solid var(--edge);border-radius:6px;box-shadow:0 4px 16px #0003;padding:7px 10px;font-size:12px;line-height:1.5;max-width:320px}
    .tip b{font-weight:600}.tip time{color:var(--soft)}
    .empty{color:var(--soft);margin:18px 0;text-align:center}
    .links{display:flex;flex-wrap:wrap;gap:4px 14px;margin:10px 0 0}.links span{color:var(--soft)}a{color:var(--blue)}
    .rows{display:grid;grid-template-columns:fit-content(48%) 1fr max-content;gap:7px 14px;align-items:center}.row{display:contents}
    .row .name,.strip .name{overflow-wrap:anywhere;line-height:1.3}
    small{color:var(--soft);font-size:12px}.row small,.strip small{display:block}
    .track{position:relative;height:14px}
    .track .bar{position:absolute;top:1px;bottom:1px;min-width:2px;background:var(--c);border-radius:2px;opacity:.85}
    .track .zero{position:absolute;top:-4px;bottom:-4px;width:1px;background:var(--grid)}
    .number{text-align:right;white-space:nowrap;min-width:52px}
    .strip+.strip{margin-top:20px}.strip .name small{display:inline;margin-left:8px}
    .log{padding:10px 20px 0}
    .rail{position:relative;height:14px}.rail::before{content:"";position:absolute;left:0;right:0;top:6.5px;height:1px;background:var(--grid)}
    .rail .range{position:absolute;top:5.5px;height:3px;background:var(--blue);opacity:.35;border-radius:2px}
    .mark{display:inline-block;width:9px;height:9px;border-radius:50%;background:var(--card);border:2px solid var(--blue)}
    .mark.p50{background:var(--blue)}.mark.p999{border-color:var(--orange)}.mark.max{border-color:var(--red)}
    .rail .mark{position:absolute;top:2.5px;margin-left:-4.5px}
    .decades{position:relative;height:18px}.decades i{position:absolute;transform:translateX(-50%);font-style:normal;font-size:11.5px;color:var(--soft);white-space:nowrap}
    .numbers{display:flex;flex-wrap:wrap;gap:4px 20px;margin-top:6px;color:var(--soft);font-size:12.5px}.numbers b{color:var(--ink);font-weight:600}.numbers .mark{margin-right:6px;vertical-align:-1px}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%}
    th{font-weight:500;color:var(--soft);font-size:12px;text-align:right;padding:2px 10px 7px;border-bottom:1px solid var(--grid);white-space:nowrap}
    td{text-align:right;padding:6px 10px;border-bottom:1px solid var(--grid);white-space:nowrap}
    tbody tr:last-child td{border-bottom:0}
    th.l,td.l{text-align:left}th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
    tfoot td{font-weight:600;border-top:1px solid var(--grid);border-bottom:0}
    details summary{cursor:pointer;color:var(--soft)}details[open] summary{margin-bottom:10px}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:5px 18px;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
    code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    .notes{border-left:3px solid var(--orange);background:var(--card);border-radius:0 8px 8px 0;padding:10px 16px;margin:0 0 14px}.notes p{margin:2px 0}
    footer{margin-top:30px;color:var(--soft);font-size:12.5px}
    @media (max-width:900px){.tiles{grid-template-columns:repeat(2,1fr)}header .when{margin-left:0;text-align:left;width:100%}}
    @media print{:root{--paper:#fff}main{max-width:none;padding:0}figure,.card{break-inside:avoid}.tip,.cursor{display:none!important}}
    """
