/// Draws the data of the page (`CandlePage+Data.swift` has its form) and keeps the reading above the picture.
///
/// When the first picture is on the screen, the document's element has `data-drawn`, the number of bars; where drawing
/// fails, the page says why in place of the picture.
let candleScript = #"""
    (()=>{'use strict';
    const $=id=>document.getElementById(id),root=document.documentElement,box=$('chart'),picture=$('picture'),reading=$('reading');
    const draw=()=>{
    const L=LightweightCharts,data=JSON.parse($('candles').textContent),{time,open,high,low,close,volume,markers}=data,n=time.length;
    const css=name=>getComputedStyle(root).getPropertyValue('--'+name).trim();
    const phone=matchMedia('(max-width:640px)').matches;

    // Numbers: as many digits as the prices have, elsewhere as many as the size of the values makes sensible.
    const largest=columns=>{let m=0;for(const c of columns)for(const v of c)if(v!==null&&Math.abs(v)>m)m=Math.abs(v);return m};
    const order=v=>v>0?Math.floor(Math.log10(v)):0;
    const priceDigits=(()=>{
      const most=largest([high]),limit=most<1?8:Math.max(2,5-order(most));let d=0;
      for(const c of [open,high,low,close])for(let i=Math.max(0,n-2000);i<n;i++){
        const v=c[i];if(v!==null)while(d<limit&&Math.abs(v-Number(v.toFixed(d)))>Math.abs(v)*1e-9)d++}
      return d})();
    const paneDigits=columns=>{const most=largest(columns);return most>=1e6?-1:Math.min(8,Math.max(0,3-order(most)))};
    const digits=d=>new Intl.NumberFormat('en',{minimumFractionDigits:d,maximumFractionDigits:d});
    const short=new Intl.NumberFormat('en',{notation:'compact',minimumFractionDigits:2,maximumFractionDigits:2}),shorter=new Intl.NumberFormat('en',{notation:'compact',maximumFractionDigits:2});
    const numbers=d=>{const f=d<0?short:digits(d);return v=>v===null||v===undefined?'–':f.format(v).replace('-','−')};
    const price=numbers(priceDigits);

    // Times, UTC.
    const two=v=>String(v).padStart(2,'0');
    const isDaily=time.every(t=>t%86400===0),isFine=time.some(t=>t%60!==0),isFinest=time.some(t=>t%1!==0);
    const when=t=>{const d=new Date(t*1000),day=`${d.getUTCFullYear()}-${two(d.getUTCMonth()+1)}-${two(d.getUTCDate())}`;
      return isDaily?day:`${day} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}${isFine?':'+two(d.getUTCSeconds()):''}${isFinest?'.'+String(d.getUTCMilliseconds()).padStart(3,'0'):''}`};

    // Panes: the price, volume where there is one, then the others in the order of their numbers.
    const lower=[...new Set(data.series.map(s=>s.pane))].filter(p=>p>0).sort((a,b)=>a-b),first=volume.length?2:1;
    const paneOf=p=>p===0?0:first+lower.indexOf(p),paneCount=first+lower.length;
    const chart=L.createChart(box,{autoSize:true,
      layout:{attributionLogo:false,fontFamily:getComputedStyle(document.body).fontFamily,fontSize:phone?11:12,panes:{enableResize:true}},
      localization:{locale:'en',timeFormatter:when},
      rightPriceScale:{borderVisible:false,entireTextOnly:true,minimumWidth:phone?56:68},
      timeScale:{borderVisible:false,timeVisible:!isDaily,secondsVisible:isFine,rightOffset:3,minBarSpacing:.02},
      crosshair:{mode:L.CrosshairMode.Normal},
      handleScroll:{vertTouchDrag:false}});
    const at=(value,t)=>value===null?{time:t}:{time:t,value};
    // An axis has as many digits as tell its marks apart.
    const axis=values=>{if(!values.length)return[];
      if(Math.max(...values.map(Math.abs))>=1e6)return values.map(v=>v===0?'0':shorter.format(v).replace('-','−'));
      let d=0;while(d<8&&values.some(v=>Math.abs(v-Number(v.toFixed(d)))>1e-9))d++;return values.map(numbers(d))};
    const format=(d,f)=>({type:'custom',minMove:d<0?1:10**-d,formatter:v=>f(v),tickmarksFormatter:axis});

    const candles=chart.addSeries(L.CandlestickSeries,{priceFormat:format(priceDigits,price),borderVisible:false,priceLineStyle:L.LineStyle.Dotted,priceLineWidth:1},0);
    candles.setData(time.map((t,i)=>[open[i],high[i],low[i],close[i]].includes(null)?{time:t}:{time:t,open:open[i],high:high[i],low:low[i],close:close[i]}));
    candles.priceScale().applyOptions({scaleMargins:{top:.06,bottom:.06}});

    // One entry a drawn column: `color(i)` names the color of a bar's value, or of all.
    const columns=[];
    if(volume.length){
      const d=paneDigits([volume]);
      columns.push({name:'Volume',pane:1,kind:'histogram',values:volume,levels:[],d,tone:i=>close[i]>=open[i]?'up':'down'});
    }
    for(const p of [0,...lower]){
      const group=data.series.filter(s=>s.pane===p),d=p===0?priceDigits:paneDigits(group.map(s=>s.values));
      for(const s of group){
        columns.push({...s,pane:paneOf(p),d,tone:s.color===null?i=>s.values[i]>=0?'up':'down':null});
      }
    }
    // Panes come into being in this order; within one, histograms lie under the lines.
    for(const c of [...columns].sort((a,b)=>a.pane-b.pane||(b.kind==='histogram')-(a.kind==='histogram'))){
      c.text=numbers(c.d);
      const common={priceFormat:format(c.d,c.text),priceLineVisible:false,lastValueVisible:false};
      c.drawn=c.kind==='histogram'?chart.addSeries(L.HistogramSeries,common,c.pane)
        :chart.addSeries(L.LineSeries,c.kind==='points'?{...common,lineVisible:false,pointMarkersVisible:true,pointMarkersRadius:1.75,crosshairMarkerVisible:false}
          :{...common,lineWidth:1.5,crosshairMarkerRadius:3,crosshairMarkerBorderWidth:0},c.pane);
      c.lines=c.levels.map(level=>c.drawn.createPriceLine({price:level,lineWidth:1,lineStyle:L.LineStyle.Dashed,axisLabelVisible:false,title:''}));
      c.drawn.priceScale().applyOptions({scaleMargins:{top:c.pane===0?.06:phone?.34:.24,bottom:c.name==='Volume'?0:.08}});
    }
    const fills=L.createSeriesMarkers(candles,[]);

    // A line goes on to the next value that there is; where the next bar has none, it is made invisible up to there.
    const lineData=c=>c.values.map((v,i)=>v!==null&&i+1<n&&c.values[i+1]===null?{time:time[i],value:v,color:'transparent'}:at(v,time[i]));
    const paint=()=>{
      const soft=css('soft'),grid=css('grid'),tones={up:css('up')+'a6',down:css('down')+'a6'};
      chart.applyOptions({layout:{background:{type:'solid',color:css('card')},textColor:soft,panes:{separatorColor:grid,separatorHoverColor:grid}},
        grid:{vertLines:{color:grid+'90'},horzLines:{color:grid+'90'}},
        crosshair:{vertLine:{color:css('grey'),labelBackgroundColor:css('grey')},horzLine:{color:css('grey'),labelBackgroundColor:css('grey')}}});
      const up=css('up'),down=css('down');
      candles.applyOptions({upColor:up,wickUpColor:up,downColor:down,wickDownColor:down,priceLineColor:soft});
      for(const c of columns){
        const color=c.tone?tones.up:css('s'+c.color);
        c.drawn.applyOptions({color:c.kind==='histogram'&&!c.tone?color+'a6':color});
        c.drawn.setData(c.tone?c.values.map((v,i)=>v===null?{time:time[i]}:{time:time[i],value:v,color:tones[c.tone(i)]})
          :c.kind==='line'?lineData(c):c.values.map((v,i)=>at(v,time[i])));
        for(const line of c.lines)line.applyOptions({color:css('grey')});
      }
      fills.setMarkers(markers.map(m=>{const buy=m.side==='buy';return{time:time[m.bar],shape:buy?'arrowUp':'arrowDown',color:css(buy?'blue':'orange'),
        ...(m.price===null?{position:buy?'belowBar':'aboveBar'}:{position:buy?'atPriceBottom':'atPriceTop',price:m.price})}}));
    };
    paint();

    // Heights: the price gets what the window has to spare.
    const below=phone?92:118,total=()=>{const head=phone?250:230;
      return Math.max(phone?300:340,Math.min(640,innerHeight-head-(paneCount-1)*below))+(paneCount-1)*below+28};
    const height=total();box.style.height=height+'px';
    const panes=chart.panes();
    panes.forEach((pane,i)=>pane.setStretchFactor(i===0?height-28-(paneCount-1)*below:below));

    // The reading: the bar under the pointer, else the newest.
    const make=(parent,tag,name,text)=>{const e=document.createElement(tag);if(name)e.className=name;if(text!==undefined)e.textContent=text;parent.append(e);return e};
    const fact=(parent,name,value,kind,key)=>{const e=make(parent,'span',key);e.append(name+' ');make(e,'b',kind,value)};
    const heads=panes.map((pane,i)=>i===0?null:make(picture,'div','pane'));
    const byBar=new Map();for(const m of markers){if(!byBar.has(m.bar))byBar.set(m.bar,[]);byBar.get(m.bar).push(m)}
    const sign=v=>v>0?'gain':v<0?'loss':'';
    const read=i=>{
      reading.replaceChildren();make(reading,'time','',when(time[i]));
      for(const [name,column] of [['O',open],['H',high],['L',low],['C',close]])fact(reading,name,price(column[i]),'','plain');
      const before=i>0?close[i-1]:null;
      if(before&&close[i]!==null){const change=close[i]/before-1,text=digits(2).format(change*100).replace('-','−');
        make(make(reading,'span','plain'),'b',sign(change),`${change>0?'+':''}${text} %`)}
      for(const head of heads)head?.replaceChildren();
      for(const c of columns){
        const value=c.values[i],kind=c.tone&&value!==null&&value!==undefined?(c.tone(i)==='up'?'gain':'loss'):'';
        fact(c.pane===0?reading:heads[c.pane],c.name,c.text(value),kind,c.tone?'plain':'key s'+c.color)}
      const here=byBar.get(i)??[];
      if(here.length){const e=make(reading,'div','fills');
        here.slice(0,3).forEach(m=>make(e,'span','key dot '+m.side,m.text).append(' '));
        if(here.length>3)make(e,'span','',`and ${here.length-3} more`)}
    };
    read(n-1);
    chart.subscribeCrosshairMove(event=>{
      const i=event.logical===undefined||event.logical===null||!event.point?n-1:Math.min(n-1,Math.max(0,Math.round(event.logical)));read(i)});
    const place=()=>{const top=picture.getBoundingClientRect().top;
      panes.forEach((pane,i)=>{const e=pane.getHTMLElement();if(i>0&&e)heads[i].style.top=e.getBoundingClientRect().top-top+'px'})};

    // What is in view.
    const scale=chart.timeScale();
    const latest=()=>{const count=Math.max(30,Math.round(box.clientWidth/(phone?6:7.5)));scale.setVisibleLogicalRange({from:Math.min(n-30,Math.max(-2,n-count)),to:n+2})};
    const move=(shift,zoom)=>{const r=scale.getVisibleLogicalRange();if(!r)return;const size=r.to-r.from,middle=(r.from+r.to)/2+shift*size,half=Math.max(5,size*zoom)/2;
      scale.setVisibleLogicalRange({from:middle-half,to:middle+half})};
    $('latest').onclick=latest;$('all').onclick=()=>scale.fitContent();
    const keys={ArrowLeft:[-.1,1],ArrowRight:[.1,1],'+':[0,.8],'=':[0,.8],'-':[0,1.25]};
    picture.addEventListener('keydown',event=>{const k=keys[event.key];if(k&&!event.ctrlKey&&!event.metaKey&&!event.altKey){event.preventDefault();move(...k)}});
    latest();
    matchMedia('(prefers-color-scheme:dark)').addEventListener('change',paint);
    requestAnimationFrame(()=>requestAnimationFrame(()=>{
      place();const watch=new ResizeObserver(place);watch.observe(box);
      for(const pane of panes){const e=pane.getHTMLElement();if(e)watch.observe(e)}
      root.dataset.drawn=n}));
    };
    try{draw()}catch(error){picture.textContent='The picture could not be drawn: '+error.message;throw error}
    })();
    """#
