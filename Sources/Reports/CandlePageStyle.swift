/// What the page of candles adds to `pageStyle`. The script reads the colors from here, so light and dark are one place.
let candleStyle = """
    :root{--s0:#2458c9;--s1:#c8650d;--s2:#7a48c4;--s3:#0b7d8f;--s4:#b3307c;--s5:#77761a;--s6:#7d8794;--s7:#8a5a3c;--up:#1b8a66;--down:#c9473a}
    @media (prefers-color-scheme:dark){:root{--s0:#77a2ff;--s1:#f2a555;--s2:#b797ff;--s3:#58c8da;--s4:#f186bf;--s5:#cdc765;--s6:#98a1ae;--s7:#cf9b78;--up:#43b892;--down:#f0796c}}
    main.wide{max-width:1640px}
    .candles{padding:12px 4px 4px 16px}
    .candles figcaption{align-items:flex-start;flex-wrap:nowrap;margin:0 12px 8px 0;gap:4px 18px}
    #reading{flex:1;display:flex;flex-wrap:wrap;gap:0 14px;font-size:12.5px;line-height:1.6;min-height:40px;align-content:flex-start}
    #reading time{font-weight:600}
    #reading .fills{flex-basis:100%}
    #reading span,.pane span{white-space:nowrap;color:var(--soft)}
    #reading b,.pane b{font-weight:500;color:var(--ink)}
    #reading b.gain,.pane b.gain{color:var(--green)}#reading b.loss,.pane b.loss{color:var(--red)}
    .views{display:flex;align-items:center;gap:6px;font-size:12px;color:var(--soft);flex:none}
    .views .key{margin-right:6px}
    .key.dot.buy::before,.key.dot.sell::before{width:0;height:0;background:none;border-radius:0;border:5px solid transparent;margin-right:5px}
    .candles .key.dot.buy::before{border-bottom:8px solid var(--c);border-top:0}
    .candles .key.dot.sell::before{border-top:8px solid var(--c);border-bottom:0}
    .views button{font:inherit;color:var(--ink);background:none;border:1px solid var(--edge);border-radius:6px;padding:3px 10px;cursor:pointer}
    .views button:hover{background:var(--grid)}
    #picture{position:relative;outline-offset:3px;border-radius:4px}
    #picture:focus:not(:focus-visible){outline:none}
    .pane{position:absolute;left:0;z-index:3;pointer-events:none;display:flex;flex-wrap:wrap;gap:0 12px;font-size:12px;line-height:1.5;padding:3px 6px 3px 0;max-width:calc(100% - 76px)}
    .pane span{background:color-mix(in srgb,var(--card) 72%,transparent);border-radius:3px}
    .s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}.s4{--c:var(--s4)}.s5{--c:var(--s5)}.s6{--c:var(--s6)}.s7{--c:var(--s7)}
    .candles .plain::before{display:none}
    footer a{color:inherit}
    @media (max-width:640px){main.wide{padding:18px 12px 36px}.candles{padding:10px 0 2px 10px}.candles figcaption{flex-direction:column;margin-right:10px}.views .key:last-of-type{margin-right:auto}.views{order:-1;width:100%;justify-content:flex-end}#reading{min-height:60px;gap:0 10px;font-size:12px}.views button{padding:6px 12px}.pane{font-size:11px;gap:0 9px}.pane .key::before{width:9px;margin-right:4px}}
    """
