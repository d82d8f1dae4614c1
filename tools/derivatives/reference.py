# Reference values of derivatives, with mpmath: lines of name, x and the value and derivatives from order 0 on.
from mpmath import mp, mpf, exp, log, erf, erfc, sqrt, pi, asinh, acosh, atanh, asin, acos, atan, sinh, cosh, log1p, erfinv
import struct, sys
mp.dps = 1000
def sig(x):
    s=1/(1+exp(-x)); t=1/(1+exp(x)); p=s*t
    return [s,p,p*(t-s)]
def tanh_(x):
    t=(exp(x)-exp(-x))/(exp(x)+exp(-x)); s=4/(exp(x)+exp(-x))**2
    return [t,s,-2*t*s]
def sp(x):
    s=sig(x); return [log1p(exp(x)) if x<0 else x+log1p(exp(-x)), s[0], s[1]]
def silu(x):
    s=sig(x); return [x*s[0], s[0]+x*s[1], 2*s[1]+x*s[2]]
def ph(x): return exp(-x*x/2)/sqrt(2*pi)
def Ph(x): return erfc(-x/sqrt(mpf(2)))/2
def gelu(x): return [x*Ph(x), Ph(x)+x*ph(x), ph(x)*(2-x*x)]
def mish(x):
    w=sp(x); t=tanh_(w[0])
    g1=t[1]*w[1]; g2=t[2]*w[1]**2+t[1]*w[2]
    return [x*t[0], t[0]+x*g1, 2*g1+x*g2]
def hz(x): return ph(x)/Ph(x)
def logndtr(x):
    h=hz(x); r=x+h; d=1-h*r
    return [log(Ph(x)), h, -h*r, -(-h*r*r+h*d)]
def erfcx(x):
    f=exp(x*x)*erfc(x); a=2*x*f-2/sqrt(pi); b=2*f+2*x*a; c=4*a+2*x*b
    return [f,a,b,c]
def ndtri(p):
    # by Newton on log scale
    q=p if p<0.5 else 1-p
    if q==0.5: z=mpf(0)
    else:
        y=sqrt(-2*log(q)); z=-(y-(log(y*y)+log(2*pi))/(2*y)) if q<0.1 else -sqrt(mpf(2))*erfinv(1-2*q)
        for _ in range(60):
            d=(log(Ph(z))-log(q))/hz(z); z-=d
            if abs(d)<mpf(10)**-150*abs(z): break
    if p>0.5: z=-z
    g=1/ph(z)
    return [z,g,z*g*g,(1+2*z*z)*g**3]
def gelu_tanh(x):
    a=2*sqrt(2/pi); c=mpf('0.044715'); s=sig(a*(x+c*x**3)); u=a*(1+3*c*x*x); v=6*a*c*x
    return [x*s[0], s[0]+x*u*s[1], 2*u*s[1]+x*v*s[1]+x*u*u*s[2]]
def erfinv_(x):
    y=ndtri_of((1+abs(x))/2,(1-abs(x))/2)/sqrt(mpf(2)); y=y if x>0 else -y; g=sqrt(pi)/2*exp(y*y)
    return [y,g,2*y*g*g]
def ndtri_of(p,q):
    return -ndtri(q)[0] if q<0.45 else sqrt(mpf(2))*erfinv(2*p-1)
def logit(x): return [log(x)-log(1-x), 1/(x*(1-x)), (2*x-1)/(x*(1-x))**2]
def sinc(x):
    if x==0: return [mpf(1),mpf(0),-pi**2/3]
    u=pi*x; s,c=mp.sin(u),mp.cos(u)
    return [s/u, pi*(c/u-s/u**2), pi**2*(-s/u-2*c/u**2+2*s/u**3)]
def power(p):
    def of(x):
        e=mpf(struct.unpack('f',struct.pack('f',p))[0] if f32 else p)
        return [x**e]+[mp.inf if x**(e-k)>m else c*x**(e-k) for k,c in ((1,e),(2,e*(e-1)))] # the power must not overflow
    return of
F={
'pow_0.3':(power(0.3),'q'),'pow_0.01':(power(0.01),'q'),'pow_-0.3':(power(-0.3),'q'),'pow_-1.7':(power(-1.7),'q'),
'pow_1.3':(power(1.3),'q'),'pow_5.7':(power(5.7),'q'),
'sigmoid':(sig,'a'),'tanh':(tanh_,'a'),'expm1':(lambda x:[(exp(x)-1),exp(x),exp(x)],'a'),
'elu':(lambda x:[exp(x)-1,exp(x),exp(x)] if x<=0 else [x,mpf(1),mpf(0)],'a'),
'celu':(lambda x:[2*(exp(x/2)-1),exp(x/2),exp(x/2)/2] if x<=0 else [x,mpf(1),mpf(0)],'a'),
'softplus':(sp,'a'),'logsigmoid':(lambda x:[-sp(-x)[0],sp(-x)[1],-sp(-x)[2]],'a'),'bce':(sp,'a'),
'logaddexp':(sp,'a'),'silu':(silu,'a'),'gelu':(gelu,'a'),'mish':(mish,'a'),
'asinh':(lambda x:[asinh(x),1/sqrt(1+x*x),-x/sqrt(1+x*x)**3],'w'),
'acosh':(lambda x:[acosh(x),1/sqrt(x*x-1),-x/sqrt(x*x-1)**3],'c'),
'atanh':(lambda x:[atanh(x),1/(1-x*x),2*x/(1-x*x)**2],'u'),
'asin':(lambda x:[asin(x),1/sqrt(1-x*x),x/sqrt(1-x*x)**3],'u'),
'acos':(lambda x:[acos(x),-1/sqrt(1-x*x),-x/sqrt(1-x*x)**3],'u'),
'atan':(lambda x:[atan(x),1/(1+x*x),-2*x/(1+x*x)**2],'w'),
'exp2':(lambda x:[mpf(2)**x,log(mpf(2))*mpf(2)**x,log(mpf(2))**2*mpf(2)**x],'e'),
'log1p':(lambda x:[log(1+x),1/(1+x),-1/(1+x)**2],'l'),
'sinh':(lambda x:[sinh(x),cosh(x),sinh(x)],'a'),'cosh':(lambda x:[cosh(x),sinh(x),cosh(x)],'a'),
'erf':(lambda x:[erf(x),2/sqrt(pi)*exp(-x*x),-4*x/sqrt(pi)*exp(-x*x)],'a'),
'erfc':(lambda x:[erfc(x),-2/sqrt(pi)*exp(-x*x),4*x/sqrt(pi)*exp(-x*x)],'a'),
'softsign':(lambda x:[x/(1+abs(x)),1/(1+abs(x))**2,(-1 if x>0 else 1)*2/(1+abs(x))**3],'w'),
'ndtr':(lambda x:[Ph(x),ph(x),-x*ph(x),(x*x-1)*ph(x)],'a'),'log_ndtr':(logndtr,'n'),'ndtri':(ndtri,'p'),'erfcx':(erfcx,'x'),
'gelu_tanh':(gelu_tanh,'a'),'erfinv':(erfinv_,'u'),'logit':(logit,'i'),'sinc':(sinc,'s'),
'tanhshrink':(lambda x:[x-tanh_(x)[0],tanh_(x)[0]**2,2*tanh_(x)[0]*tanh_(x)[1]],'a'),
}
base=['1e-300','1e-100','1e-30','1e-10','1e-8','1e-5','1e-3','0.01','0.1','0.3','0.5','0.7','0.9','1','1.1','1.7','2','2.5','3','4','5','6','8','10','12','15','16.5','18','20','25','26.4','30','37','40','50','60','80','87','100','103','200','300','350','500','700','709','740']
wide=base+['1e3','1e5','1e10','1e13','1e19','1e30','1e38','1e100','1e154','1e200','1e300']
def grid(k,f32):
    if k in 'a': g=[s+b for b in base for s in ('','-')]
    elif k=='q': g=wide
    elif k=='w': g=[s+b for b in wide for s in ('','-')]
    elif k=='c': g=[repr(1+2.0**-i) for i in (23,20,15,10,5,2)]+([] if f32 else [repr(1+2.0**-i) for i in (52,45,35,30)])+['1.5','2','3','10','100','1e5','1e10','1e15','1e19','1e30','1e38','1e100','1e150','1e200','1e300']
    elif k=='u':
        g=[s+b for b in ['1e-30','1e-10','1e-5','1e-3','0.1','0.3','0.5','0.7','0.9'] for s in ('','-')]+[s+repr(1-2.0**-i) for i in ((24,20,15,10,5) if f32 else (53,45,35,24,10)) for s in ('','-')]
    elif k=='e': g=[s+b for b in ['1e-10','0.1','0.5','1','2.25','10','100.5'] for s in ('','-')]+(['-125','-140','127','127.9','128'] if f32 else ['-1000','-1050','1000','1023.75','1024'])
    elif k=='l': g=['1e-30','1e-10','1e-5','0.1','1','5','1e10','1e30','-1e-10','-0.1','-0.5','-0.9','-0.999','-0.99999','1e38']+[repr(-1+2.0**-i) for i in ((24,20) if f32 else (53,40,24))]
    elif k=='n': g=[s+b for b in base[:46] for s in ('','-')]+['-1e3','-1e5','-1e8']
    elif k=='i': g=(['1e-300','1e-310'] if not f32 else [])+['1e-38','1e-30','1e-10','1e-3','0.1','0.24','0.25','0.3','0.45','0.499','0.4999','0.499999','0.5','0.500001','0.5001','0.6','0.75','0.9','0.999']+([repr(1-2.0**-i) for i in ((24,20) if f32 else (53,40,24))])+([] if f32 else ['0.49999999999','0.50000000001'])
    elif k=='s': g=['0','1e-300','1e-30','1e-10','1e-3','0.01','0.1','0.99','1.01','0.9999','1.00001','2.0001','-3.00001','50.001','10000.3','1000001']
    elif k=='p': g=(['1e-300','1e-200','1e-100','1e-50'] if not f32 else [])+['1e-38','1e-30','1e-20','1e-10','1e-5','1e-3','0.01','0.05','0.07','0.1','0.2','0.3','0.4','0.45','0.55','0.6','0.8','0.9','0.93','0.99','0.999']+([repr(1-2.0**-i) for i in ((24,20) if f32 else (53,40,24))])
    elif k=='x': g=[b for b in base[3:]]+['1e3','1e5','1e10','1e30']+['-'+b for b in ['1e-10','1e-3','0.1','0.5','0.7','1','2','3','5','8','9']+([] if f32 else ['15','20','26','26.4'])]
    out=[]
    for t in g:
        v=float(t)
        if f32:
            if abs(v)>3e38 or 0<abs(v)<1e-37: continue
            v=struct.unpack('f',struct.pack('f',v))[0]
        if v not in out: out.append(v)
    return out
MAXD=mpf(2)**1024*(1-mpf(2)**-54); MAXF=mpf(2)**128*(1-mpf(2)**-25)
for f32 in (0,1):
    m=MAXF if f32 else MAXD
    for name,(f,k) in F.items():
        for v in grid(k,f32):
            try: ds=f(mpf(v))
            except Exception as e: sys.stderr.write(f'{name} {v} {e}\n'); continue
            cells=[]
            for d in ds:
                cells.append('-' if abs(d)>m else repr(float(d)) )
            print('float' if f32 else 'double',name,repr(v),*cells)
