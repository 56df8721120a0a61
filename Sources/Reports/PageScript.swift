/// The reading under the pointer. The page is complete without it.
let pageScript = """
    (()=>{
    const tip=document.createElement('div');tip.className='tip';document.body.append(tip);
    const two=n=>String(n).padStart(2,'0');
    const when=ms=>{const d=new Date(ms);return `${d.getUTCFullYear()}-${two(d.getUTCMonth()+1)}-${two(d.getUTCDate())} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`};
    const nearest=(t,x)=>{let a=0,b=t.length-1;while(b-a>1){const m=(a+b)>>1;if(t[m]<=x)a=m;else b=m}return x-t[a]>t[b]-x?b:a};
    const number=(v,c)=>c.pct?(v*100).toFixed(2)+' %':v.toLocaleString('en',{minimumFractionDigits:c.d,maximumFractionDigits:c.d});
    for(const plot of document.querySelectorAll('.plot')){
      const chart=JSON.parse(document.getElementById(plot.dataset.chart).textContent);
      const cursor=plot.querySelector('.cursor');
      const hide=()=>{cursor.style.display=tip.style.display='none'};
      plot.addEventListener('pointerleave',hide);
      plot.addEventListener('pointermove',event=>{
        const box=plot.getBoundingClientRect();
        const x=Math.min(Math.max((event.clientX-box.left)/box.width,0),1)*chart.span;
        const lead=chart.s[0],at=lead.t[nearest(lead.t,x)];
        cursor.style.display='block';cursor.style.left=at/chart.span*100+'%';
        tip.replaceChildren();
        const line=(parent,tag,text)=>{const e=document.createElement(tag);e.textContent=text;parent.append(e);return e};
        line(tip,'time',when(chart.start+at*1000));
        for(const s of chart.s){if(!s.t.length)continue;const row=line(tip,'div','');const key=line(row,'span',s.n);key.className='key '+s.c;row.append(' ');line(row,'b',number(s.v[nearest(s.t,at)],chart))}
        const reach=chart.span*7/box.width;
        chart.m.filter(m=>Math.abs(m[0]-x)<=reach).slice(0,5).forEach(m=>line(tip,'div',m[1]));
        tip.style.display='block';
        const w=tip.offsetWidth,h=tip.offsetHeight;
        tip.style.left=Math.max(4,event.clientX+16+w>innerWidth?event.clientX-w-16:event.clientX+16)+'px';
        tip.style.top=Math.max(4,Math.min(event.clientY+14,innerHeight-h-6))+'px';
      });
    }
    })();
    """
