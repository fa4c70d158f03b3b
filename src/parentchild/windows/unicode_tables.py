"""Look-alikes and invisible characters of Unicode 17.0.0; docs/unicode_tables.py writes this.

Do not edit. Derived from confusables.txt (Unicode Technical Standard #39) and from the property
Default_Ignorable_Code_Point; the notice below covers these data.
"""

# UNICODE LICENSE V3
#
# COPYRIGHT AND PERMISSION NOTICE
#
# Copyright (C) 1991-2025 Unicode, Inc.
#
# NOTICE TO USER: Carefully read the following legal agreement. BY DOWNLOADING, INSTALLING, COPYING OR
# OTHERWISE USING DATA FILES, AND/OR SOFTWARE, YOU UNEQUIVOCALLY ACCEPT, AND AGREE TO BE BOUND BY, ALL OF THE
# TERMS AND CONDITIONS OF THIS AGREEMENT. IF YOU DO NOT AGREE, DO NOT DOWNLOAD, INSTALL, COPY, DISTRIBUTE OR
# USE THE DATA FILES OR SOFTWARE.
#
# Permission is hereby granted, free of charge, to any person obtaining a copy of data files and any
# associated documentation (the "Data Files") or software and any associated documentation (the "Software")
# to deal in the Data Files or Software without restriction, including without limitation the rights to use,
# copy, modify, merge, publish, distribute, and/or sell copies of the Data Files or Software, and to permit
# persons to whom the Data Files or Software are furnished to do so, provided that either (a) this copyright
# and permission notice appear with all copies of the Data Files or Software, or (b) this copyright and
# permission notice appear in associated Documentation.
#
# THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
# INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
# NONINFRINGEMENT OF THIRD PARTY RIGHTS.
#
# IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN THIS NOTICE BE LIABLE FOR ANY CLAIM, OR ANY
# SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES, OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR
# PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN
# CONNECTION WITH THE USE OR PERFORMANCE OF THE DATA FILES OR SOFTWARE.
#
# Except as contained in this notice, the name of a copyright holder shall not be used in advertising or
# otherwise to promote the sale, use or other dealings in these Data Files or Software without prior written
# authorization of the copyright holder.

from __future__ import annotations

from typing import Final

UNICODE_VERSION: Final = "17.0.0"

SHOW_NOTHING: Final = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""First and last code points of the ranges with the property Default_Ignorable_Code_Point."""

LOOK_LIKE: Final = {
    ".": "\u0660\u06f0\u0701\u0702\u2024\ua4f8\ua60e\U00010a50\U0001d16d",
    "..": "\u2025\ua4fa",
    "...": "\u2026",
    "2": (
        "\u01a7\u01bb\u03e8\u14bf\ua644\ua6ef\ua75a\U0001ccf2\U0001d7d0\U0001d7da\U0001d7e4\U0001d7ee"
        "\U0001d7f8\U0001fbf2"
    ),
    "2.": "\u2489",
    "2o.": "\u249b",
    "3": (
        "\u01b7\u021c\u0417\u0498\u04e0\u0969\u0ae9\u2c9c\u2cc4\u2ccc\ua76a\ua7ab\U000118ca\U00016f3b"
        "\U0001ccf3\U0001d206\U0001d7d1\U0001d7db\U0001d7e5\U0001d7ef\U0001d7f9\U0001fbf3"
    ),
    "3.": "\u248a",
    "4": "\u13ce\U000118af\U0001ccf4\U0001d7d2\U0001d7dc\U0001d7e6\U0001d7f0\U0001d7fa\U0001fbf4",
    "4.": "\u248b",
    "5": "\u01bc\U000118bb\U0001ccf5\U0001d7d3\U0001d7dd\U0001d7e7\U0001d7f1\U0001d7fb\U0001fbf5",
    "5.": "\u248c",
    "6": (
        "\u03ec\u0431\u13ee\u2cd2\u2cd3\u2cdc\U000118d5\U0001ccf6\U0001d7d4\U0001d7de\U0001d7e8\U0001d7f2"
        "\U0001d7fc\U0001fbf6"
    ),
    "6.": "\u248d",
    "7": (
        "\U000104d2\U000118c6\U0001ccf7\U0001d212\U0001d7d5\U0001d7df\U0001d7e9\U0001d7f3\U0001d7fd\U0001fbf7"
    ),
    "7.": "\u248e",
    "8": (
        "\u0222\u0223\u09ea\u0a6a\u0b03\U0001031a\U0001ccf8\U0001d7d6\U0001d7e0\U0001d7ea\U0001d7f4\U0001d7fe"
        "\U0001e8cb\U0001fbf8"
    ),
    "8.": "\u248f",
    "9": (
        "\u09ed\u0a67\u0b68\u0d6d\u2cca\u2ccb\ua76e\U000118ac\U000118cc\U000118d6\U0001ccf9\U0001d7d7"
        "\U0001d7e1\U0001d7eb\U0001d7f5\U0001d7ff\U0001fbf9"
    ),
    "9.": "\u2490",
    "a": (
        "\u01cd\u01ce\u0226\u0227\u023a\u0251\u0391\u03b1\u0410\u0430\u13aa\u15c5\u1d00\u1d8f\u1e9a\u2376"
        "\u237a\u2c65\ua4ee\uab7a\uff21\uff41\U000102a0\U00016f40\U0001ccd6\U0001d400\U0001d41a\U0001d434"
        "\U0001d44e\U0001d468\U0001d482\U0001d49c\U0001d4b6\U0001d4d0\U0001d4ea\U0001d504\U0001d51e\U0001d538"
        "\U0001d552\U0001d56c\U0001d586\U0001d5a0\U0001d5ba\U0001d5d4\U0001d5ee\U0001d608\U0001d622\U0001d63c"
        "\U0001d656\U0001d670\U0001d68a\U0001d6a8\U0001d6c2\U0001d6e2\U0001d6fc\U0001d71c\U0001d736\U0001d756"
        "\U0001d770\U0001d790\U0001d7aa"
    ),
    "aa": "\ua732\ua733",
    "ae": "\xc6\xe6\u04d4\u04d5",
    "ao": "\ua734\ua735",
    "ar": "\U0001f707",
    "au": "\ua736\ua737",
    "av": "\ua738\ua739\ua73a\ua73b",
    "ay": "\ua73c\ua73d",
    "b": (
        "\u0180\u0181\u0182\u0183\u0184\u0243\u0253\u0299\u0392\u0411\u0412\u042c\u0432\u0462\u0463\u048c"
        "\u048d\u13cf\u13f4\u13fc\u1472\u1473\u15af\u15f7\u1d6c\u1d80\u212c\u2c82\u2c83\ua4d0\ua796\ua797"
        "\ua7b4\uff22\U00010282\U000102a1\U00010301\U00016eb6\U0001ccd7\U0001d401\U0001d41b\U0001d435"
        "\U0001d44f\U0001d469\U0001d483\U0001d4b7\U0001d4d1\U0001d4eb\U0001d505\U0001d51f\U0001d539\U0001d553"
        "\U0001d56d\U0001d587\U0001d5a1\U0001d5bb\U0001d5d5\U0001d5ef\U0001d609\U0001d623\U0001d63d\U0001d657"
        "\U0001d671\U0001d68b\U0001d6a9\U0001d6e3\U0001d71d\U0001d757\U0001d791"
    ),
    "bl": "\u042b",
    "c": (
        "\xa2\xc7\xe7\u0187\u0188\u023b\u023c\u0255\u025b\u03b5\u03f2\u03f5\u03f9\u0404\u0421\u0441\u0454"
        "\u04aa\u04ab\u0511\u1004\u105a\u13df\u1d04\u20a1\u20ac\u2102\u212d\u216d\u217d\u22f4\u2377\u2c88"
        "\u2c89\u2ca4\u2ca5\ua4da\ua792\ua793\ua794\ua7c4\uab9b\uabaf\uff23\uff43\U000102a2\U00010302"
        "\U00010415\U00010429\U0001043d\U0001051c\U000118ce\U000118e9\U000118f2\U0001ccd8\U0001d402\U0001d41c"
        "\U0001d436\U0001d450\U0001d46a\U0001d484\U0001d49e\U0001d4b8\U0001d4d2\U0001d4ec\U0001d520\U0001d554"
        "\U0001d56e\U0001d588\U0001d5a2\U0001d5bc\U0001d5d6\U0001d5f0\U0001d60a\U0001d624\U0001d63e\U0001d658"
        "\U0001d672\U0001d68c\U0001d6c6\U0001d6dc\U0001d700\U0001d716\U0001d73a\U0001d750\U0001d774\U0001d78a"
        "\U0001d7ae\U0001d7c4\U0001df1d\U0001f16e\U0001f74c"
    ),
    "d": (
        "\xd0\u0110\u0111\u0189\u018a\u018b\u018c\u0221\u0256\u0257\u0501\u13a0\u13e7\u146f\u15de\u15ea\u1d05"
        "\u1d6d\u1d81\u1d91\u20ab\u2145\u2146\u216e\u217e\ua4d2\ua4d3\ua7c7\ua7c8\uab70\U0001ccd9\U0001d403"
        "\U0001d41d\U0001d437\U0001d451\U0001d46b\U0001d485\U0001d49f\U0001d4b9\U0001d4d3\U0001d4ed\U0001d507"
        "\U0001d521\U0001d53b\U0001d555\U0001d56f\U0001d589\U0001d5a3\U0001d5bd\U0001d5d7\U0001d5f1\U0001d60b"
        "\U0001d625\U0001d63f\U0001d659\U0001d673\U0001d68d"
    ),
    "dz": "\u01c4\u01c5\u01c6\u01f1\u01f2\u01f3\u02a3\u02a5",
    "e": (
        "\u011a\u011b\u0246\u0247\u0395\u0415\u0435\u04bd\u04bf\u13ac\u1d07\u1d92\u212e\u212f\u2130\u2147"
        "\u22ff\u2c78\u2d39\ua4f0\uab32\uab34\uab7c\uff25\uff45\U00010286\U000118a6\U000118ae\U0001ccda"
        "\U0001d404\U0001d41e\U0001d438\U0001d452\U0001d46c\U0001d486\U0001d4d4\U0001d4ee\U0001d508\U0001d522"
        "\U0001d53c\U0001d556\U0001d570\U0001d58a\U0001d5a4\U0001d5be\U0001d5d8\U0001d5f2\U0001d60c\U0001d626"
        "\U0001d640\U0001d65a\U0001d674\U0001d68e\U0001d6ac\U0001d6e6\U0001d720\U0001d75a\U0001d794"
    ),
    "f": (
        "\u017f\u0191\u0192\u03dc\u0584\u15b4\u1d6e\u1d82\u1e9d\u2131\ua4dd\ua730\ua798\ua799\uab35\U00010287"
        "\U000102a5\U00010525\U000118a2\U000118c2\U0001ccdb\U0001d213\U0001d405\U0001d41f\U0001d439\U0001d453"
        "\U0001d46d\U0001d487\U0001d4bb\U0001d4d5\U0001d4ef\U0001d509\U0001d523\U0001d53d\U0001d557\U0001d571"
        "\U0001d58b\U0001d5a5\U0001d5bf\U0001d5d9\U0001d5f3\U0001d60d\U0001d627\U0001d641\U0001d65b\U0001d675"
        "\U0001d68f\U0001d7ca"
    ),
    "fax": "\u213b",
    "ff": "\ufb00",
    "ffi": "\ufb03",
    "ffl": "\ufb04",
    "fi": "\ufb01",
    "fl": "\ufb02",
    "fn": "\u02a9",
    "g": (
        "\u018d\u0193\u01e4\u01e5\u01e6\u01e7\u01f5\u0260\u0261\u0262\u029b\u050c\u050d\u0581\u13c0\u13f3"
        "\u13fb\u1d83\u210a\ua4d6\ua7a0\ua7a1\uab90\uff47\U0001ccdc\U0001d406\U0001d420\U0001d43a\U0001d454"
        "\U0001d46e\U0001d488\U0001d4a2\U0001d4d6\U0001d4f0\U0001d50a\U0001d524\U0001d53e\U0001d558\U0001d572"
        "\U0001d58c\U0001d5a6\U0001d5c0\U0001d5da\U0001d5f4\U0001d60e\U0001d628\U0001d642\U0001d65c\U0001d676"
        "\U0001d690"
    ),
    "h": (
        "\u0126\u0127\u0266\u029c\u0397\u041d\u043d\u045b\u04a2\u04a3\u04bb\u04c7\u04c8\u04c9\u04ca\u0570"
        "\u13bb\u13c2\u13f2\u157c\u210b\u210c\u210d\u210e\u210f\u2c67\u2c68\u2c8e\u2c8f\ua4e7\ua695\ua795"
        "\ua7aa\uab8b\uff28\uff48\U000102cf\U0001ccdd\U0001d407\U0001d421\U0001d43b\U0001d46f\U0001d489"
        "\U0001d4bd\U0001d4d7\U0001d4f1\U0001d525\U0001d559\U0001d573\U0001d58d\U0001d5a7\U0001d5c1\U0001d5db"
        "\U0001d5f5\U0001d60f\U0001d629\U0001d643\U0001d65d\U0001d677\U0001d691\U0001d6ae\U0001d6e8\U0001d722"
        "\U0001d75c\U0001d796"
    ),
    "i": (
        "\u0131\u01cf\u01d0\u0268\u0269\u026a\u02db\u037a\u03b9\u0456\u0582\u13a5\u1d7b\u1d7c\u1d96\u1fbe"
        "\u2139\u2148\u2170\u2373\u2378\u2c93\ua647\uab75\uff49\U000118c3\U0001d422\U0001d456\U0001d48a"
        "\U0001d4be\U0001d4f2\U0001d526\U0001d55a\U0001d58e\U0001d5c2\U0001d5f6\U0001d62a\U0001d65e\U0001d692"
        "\U0001d6a4\U0001d6ca\U0001d704\U0001d73e\U0001d778\U0001d7b2\U0001df1a"
    ),
    "ii": "\u2171",
    "iii": "\u2172",
    "ij": "\u0133",
    "iv": "\u2173",
    "ix": "\u2178",
    "j": (
        "\u0248\u0249\u029d\u037f\u03f3\u0408\u0458\u13ab\u148d\u1d0a\u2149\ua4d9\ua7b2\uab7b\uff2a\uff4a"
        "\U0001ccdf\U0001d409\U0001d423\U0001d43d\U0001d457\U0001d471\U0001d48b\U0001d4a5\U0001d4bf\U0001d4d9"
        "\U0001d4f3\U0001d50d\U0001d527\U0001d541\U0001d55b\U0001d575\U0001d58f\U0001d5a9\U0001d5c3\U0001d5dd"
        "\U0001d5f7\U0001d611\U0001d62b\U0001d645\U0001d65f\U0001d679\U0001d693"
    ),
    "k": (
        "\u0138\u0198\u0199\u039a\u03ba\u03f0\u041a\u043a\u049a\u049b\u049e\u049f\u13e6\u16d5\u1d0b\u1d84"
        "\u20ad\u212a\u2c69\u2c6a\u2c94\u2c95\ua4d7\ua740\ua741\ua742\ua743\ua744\ua745\ua7a2\ua7a3\uabb6"
        "\uff2b\U00010518\U0001cce0\U0001d40a\U0001d424\U0001d43e\U0001d458\U0001d472\U0001d48c\U0001d4a6"
        "\U0001d4c0\U0001d4da\U0001d4f4\U0001d50e\U0001d528\U0001d542\U0001d55c\U0001d576\U0001d590\U0001d5aa"
        "\U0001d5c4\U0001d5de\U0001d5f8\U0001d612\U0001d62c\U0001d646\U0001d660\U0001d67a\U0001d694\U0001d6b1"
        "\U0001d6cb\U0001d6de\U0001d6eb\U0001d705\U0001d718\U0001d725\U0001d73f\U0001d752\U0001d75f\U0001d779"
        "\U0001d78c\U0001d799\U0001d7b3\U0001d7c6"
    ),
    "l": (
        "\u0141\u0142\u0196\u0197\u019a\u01c0\u0234\u023d\u026b\u026c\u026d\u029f\u0399\u0406\u04c0\u04cf"
        "\u05c0\u05d5\u05df\u0625\u0627\u0661\u0673\u06f1\u07ca\u13de\u14aa\u16c1\u1d0c\u1d85\u2110\u2111"
        "\u2112\u2113\u2160\u216c\u217c\u2223\u23fd\u2c60\u2c61\u2c62\u2c92\u2cd0\u2cd1\u2d4f\ua4e1\ua4f2"
        "\ua748\ua749\ua78e\ua7ad\uab37\uab38\uab39\uabae\ufd3c\ufd3d\ufe87\ufe88\ufe8d\ufe8e\uff29\uff4c"
        "\uffe8\U0001028a\U00010309\U00010320\U0001041b\U00010443\U00010526\U000118a3\U000118b2\U00011dda"
        "\U00011de1\U00016eaa\U00016f16\U00016f28\U0001ccde\U0001cce1\U0001ccf1\U0001d22a\U0001d408\U0001d40b"
        "\U0001d425\U0001d43c\U0001d43f\U0001d459\U0001d470\U0001d473\U0001d48d\U0001d4c1\U0001d4d8\U0001d4db"
        "\U0001d4f5\U0001d50f\U0001d529\U0001d540\U0001d543\U0001d55d\U0001d574\U0001d577\U0001d591\U0001d5a8"
        "\U0001d5ab\U0001d5c5\U0001d5dc\U0001d5df\U0001d5f9\U0001d610\U0001d613\U0001d62d\U0001d644\U0001d647"
        "\U0001d661\U0001d678\U0001d67b\U0001d695\U0001d6b0\U0001d6ea\U0001d724\U0001d75e\U0001d798\U0001d7cf"
        "\U0001d7d9\U0001d7e3\U0001d7ed\U0001d7f7\U0001df04\U0001df11\U0001df13\U0001e8c7\U0001ee00\U0001ee80"
        "\U0001fbf1"
    ),
    "l.": "\u2488",
    "l2.": "\u2493",
    "l3.": "\u2494",
    "l4.": "\u2495",
    "l5.": "\u2496",
    "l6.": "\u2497",
    "l7.": "\u2498",
    "l8.": "\u2499",
    "l9.": "\u249a",
    "lj": "\u0132\u01c7\u01c8\u01c9",
    "ll": "\u01c1\u05f0\u2016\u2161\u2225\U00010199",
    "ll.": "\u2492",
    "lll": "\u2162",
    "lls": "\U00010198",
    "lo": "\u042e",
    "lo.": "\u2491",
    "ls": "\u02aa",
    "lt": "\u20b6",
    "lv": "\u2163",
    "lx": "\u2168",
    "lz": "\u02ab",
    "m": (
        "\u039c\u03fa\u041c\u04cd\u13b7\u15f0\u16d6\u1d0d\u1d86\u2133\u216f\u2c6e\u2c98\ua4df\uab3a\uff2d"
        "\U000102b0\U00010311\U0001cce2\U0001d40c\U0001d440\U0001d474\U0001d4dc\U0001d510\U0001d544\U0001d578"
        "\U0001d5ac\U0001d5e0\U0001d614\U0001d648\U0001d67c\U0001d6b3\U0001d6ed\U0001d727\U0001d761\U0001d79b"
    ),
    "mb": "\U0001f76b",
    "n": (
        "\u0146\u014b\u019d\u019e\u0220\u0235\u0272\u0273\u0274\u039d\u03b7\u0572\u0578\u057c\u1d70\u1d87"
        "\u2115\u2c9a\u2c9b\ua4e0\ua790\ua791\ua7a4\ua7a5\uab3b\uff2e\U0001018e\U00010513\U0001cce3\U0001d40d"
        "\U0001d427\U0001d441\U0001d45b\U0001d475\U0001d48f\U0001d4a9\U0001d4c3\U0001d4dd\U0001d4f7\U0001d511"
        "\U0001d52b\U0001d55f\U0001d579\U0001d593\U0001d5ad\U0001d5c7\U0001d5e1\U0001d5fb\U0001d615\U0001d62f"
        "\U0001d649\U0001d663\U0001d67d\U0001d697\U0001d6b4\U0001d6c8\U0001d6ee\U0001d702\U0001d728\U0001d73c"
        "\U0001d762\U0001d776\U0001d79c\U0001d7b0"
    ),
    "nj": "\u01ca\u01cb\u01cc",
    "no": "\u2116",
    "o": (
        "\xd8\xf8\u0150\u019f\u01d1\u01d2\u01fe\u0275\u0398\u039f\u03b8\u03bf\u03c3\u03d1\u03ed\u03f4\u041e"
        "\u043e\u0472\u0473\u04e8\u04e9\u0555\u0585\u05e1\u0647\u0665\u06be\u06c1\u06d5\u06f5\u06ff\u07c0"
        "\u0966\u09e6\u0a66\u0ae6\u0b20\u0b66\u0be6\u0c02\u0c66\u0c82\u0ce6\u0d02\u0d20\u0d66\u0d82\u0e50"
        "\u0ed0\u101d\u1040\u10ff\u12d0\u13be\u13eb\u17e0\u1d0f\u1d11\u2134\u2296\u229d\u236c\u2c7a\u2c90"
        "\u2c91\u2c9e\u2c9f\u2d31\u2d41\u2d54\u3007\ua4f3\ua74a\ua74b\ua74c\ua74d\uab3d\uab3e\uab74\uab8e"
        "\uabbb\ufba6\ufba7\ufba8\ufba9\ufbaa\ufbab\ufbac\ufbad\ufcd9\ufee9\ufeea\ufeeb\ufeec\uff2f\uff4f"
        "\U00010292\U000102ab\U00010404\U0001042c\U000104c2\U000104ea\U00010516\U000114d0\U000118b5\U000118c8"
        "\U000118d7\U000118e0\U00011de0\U0001cce4\U0001ccf0\U0001d21a\U0001d40e\U0001d428\U0001d442\U0001d45c"
        "\U0001d476\U0001d490\U0001d4aa\U0001d4de\U0001d4f8\U0001d512\U0001d52c\U0001d546\U0001d560\U0001d57a"
        "\U0001d594\U0001d5ae\U0001d5c8\U0001d5e2\U0001d5fc\U0001d616\U0001d630\U0001d64a\U0001d664\U0001d67e"
        "\U0001d698\U0001d6af\U0001d6b6\U0001d6b9\U0001d6c9\U0001d6d0\U0001d6d4\U0001d6dd\U0001d6e9\U0001d6f0"
        "\U0001d6f3\U0001d703\U0001d70a\U0001d70e\U0001d717\U0001d723\U0001d72a\U0001d72d\U0001d73d\U0001d744"
        "\U0001d748\U0001d751\U0001d75d\U0001d764\U0001d767\U0001d777\U0001d77e\U0001d782\U0001d78b\U0001d797"
        "\U0001d79e\U0001d7a1\U0001d7b1\U0001d7b8\U0001d7bc\U0001d7c5\U0001d7ce\U0001d7d8\U0001d7e2\U0001d7ec"
        "\U0001d7f6\U0001df1b\U0001ee24\U0001ee64\U0001ee84\U0001f714\U0001fbf0"
    ),
    "o.": "\U0001f100",
    "oe": "\u0152\u0153\u0276",
    "oo": "\u221e\ua698\ua699\ua74e\ua74f",
    "p": (
        "\xfe\u01a4\u01a5\u01bf\u03a1\u03c1\u03f1\u03f8\u0420\u0440\u13e2\u146d\u1d18\u1d29\u1d71\u1d7d\u1d88"
        "\u2119\u2374\u2c63\u2ca2\u2ca3\u2cce\u2ccf\ua4d1\ua750\ua751\ua752\ua753\ua754\ua755\uabb2\uff30"
        "\uff50\U00010295\U0001cce5\U0001d40f\U0001d429\U0001d443\U0001d45d\U0001d477\U0001d491\U0001d4ab"
        "\U0001d4c5\U0001d4df\U0001d4f9\U0001d513\U0001d52d\U0001d561\U0001d57b\U0001d595\U0001d5af\U0001d5c9"
        "\U0001d5e3\U0001d5fd\U0001d617\U0001d631\U0001d64b\U0001d665\U0001d67f\U0001d699\U0001d6b8\U0001d6d2"
        "\U0001d6e0\U0001d6f2\U0001d70c\U0001d71a\U0001d72c\U0001d746\U0001d754\U0001d766\U0001d780\U0001d78e"
        "\U0001d7a0\U0001d7ba\U0001d7c8"
    ),
    "q": (
        "\u024b\u02a0\u051b\u0563\u0566\u1d90\u211a\u2d55\ua756\ua757\ua758\ua759\ua7af\U0001cce6\U0001d410"
        "\U0001d42a\U0001d444\U0001d45e\U0001d478\U0001d492\U0001d4ac\U0001d4c6\U0001d4e0\U0001d4fa\U0001d514"
        "\U0001d52e\U0001d562\U0001d57c\U0001d596\U0001d5b0\U0001d5ca\U0001d5e4\U0001d5fe\U0001d618\U0001d632"
        "\U0001d64c\U0001d666\U0001d680\U0001d69a"
    ),
    "qe": "\U0001f700",
    "r": (
        "\u01a6\u024c\u024d\u027c\u027d\u027e\u0280\u0433\u0493\u13a1\u13d2\u1587\u1d26\u1d72\u1d73\u1d89"
        "\u211b\u211c\u211d\u2c64\u2c85\ua4e3\ua7a6\ua7a7\uab46\uab47\uab48\uab49\uab71\uab81\uaba2\U000104b4"
        "\U00016f35\U0001cce7\U0001d216\U0001d411\U0001d42b\U0001d445\U0001d45f\U0001d479\U0001d493\U0001d4c7"
        "\U0001d4e1\U0001d4fb\U0001d52f\U0001d563\U0001d57d\U0001d597\U0001d5b1\U0001d5cb\U0001d5e5\U0001d5ff"
        "\U0001d619\U0001d633\U0001d64d\U0001d667\U0001d681\U0001d69b\U0001df16"
    ),
    "rn": (
        "\u0271\u1d6f\u20a5\u217f\U00011700\U000118e3\U0001d426\U0001d45a\U0001d48e\U0001d4c2\U0001d4f6"
        "\U0001d52a\U0001d55e\U0001d592\U0001d5c6\U0001d5fa\U0001d62e\U0001d662\U0001d696"
    ),
    "rs": "\u20a8",
    "s": (
        "\u01bd\u023f\u0282\u0405\u0455\u054f\u0d1f\u13d5\u13da\u1d74\u1d8a\u2c7e\ua4e2\ua731\ua7a8\ua7a9"
        "\ua7c5\ua7c9\ua7ca\uabaa\uff33\uff53\U00010296\U00010420\U00010448\U000118c1\U00016f3a\U0001cce8"
        "\U0001d412\U0001d42c\U0001d446\U0001d460\U0001d47a\U0001d494\U0001d4ae\U0001d4c8\U0001d4e2\U0001d4fc"
        "\U0001d516\U0001d530\U0001d54a\U0001d564\U0001d57e\U0001d598\U0001d5b2\U0001d5cc\U0001d5e6\U0001d600"
        "\U0001d61a\U0001d634\U0001d64e\U0001d668\U0001d682\U0001d69c\U0001df1e"
    ),
    "sss": "\U0001f75c",
    "st": "\ufb06",
    "t": (
        "\u0163\u0166\u0167\u01ab\u01ac\u01ad\u01ae\u021a\u021b\u0236\u023e\u0288\u03a4\u03c4\u0422\u0442"
        "\u04ac\u04ad\u13a2\u13bf\u1d1b\u1d75\u20ae\u22a4\u2361\u27d9\u2c66\u2ca6\u2ca7\ua4d4\uab72\uff34"
        "\U00010297\U000102b1\U00010315\U000118bc\U00016f0a\U0001cce9\U0001d413\U0001d42d\U0001d447\U0001d461"
        "\U0001d47b\U0001d495\U0001d4af\U0001d4c9\U0001d4e3\U0001d4fd\U0001d517\U0001d531\U0001d54b\U0001d565"
        "\U0001d57f\U0001d599\U0001d5b3\U0001d5cd\U0001d5e7\U0001d601\U0001d61b\U0001d635\U0001d64f\U0001d669"
        "\U0001d683\U0001d69d\U0001d6bb\U0001d6d5\U0001d6f5\U0001d70f\U0001d72f\U0001d749\U0001d769\U0001d783"
        "\U0001d7a3\U0001d7bd\U0001df09\U0001f768"
    ),
    "t3": "\ua728",
    "tc": "\u02a8",
    "tel": "\u2121",
    "tf": "\ua777",
    "ts": "\u02a6",
    "u": (
        "\u01d3\u01d4\u0244\u028b\u03c5\u045f\u054d\u057d\u1200\u13cc\u144c\u1d1c\u1d7e\u1d99\u222a\u22c3"
        "\ua4f4\ua79f\ua7b8\ua7b9\uab4e\uab52\uab9c\U000104ce\U000104f6\U000118b8\U000118d8\U00016f42"
        "\U0001ccea\U0001d414\U0001d42e\U0001d448\U0001d462\U0001d47c\U0001d496\U0001d4b0\U0001d4ca\U0001d4e4"
        "\U0001d4fe\U0001d518\U0001d532\U0001d54c\U0001d566\U0001d580\U0001d59a\U0001d5b4\U0001d5ce\U0001d5e8"
        "\U0001d602\U0001d61c\U0001d636\U0001d650\U0001d66a\U0001d684\U0001d69e\U0001d6d6\U0001d710\U0001d74a"
        "\U0001d784\U0001d7be"
    ),
    "ue": "\u1d6b",
    "uo": "\uab63",
    "v": (
        "\u01b2\u03bd\u0474\u0475\u05d8\u0667\u06f7\u13d9\u142f\u1d20\u2164\u2174\u2228\u22c1\u2c71\u2c74"
        "\u2d38\ua4e6\ua6df\ua75e\ua75f\uaba9\uff56\U00010197\U0001051d\U00011706\U000118a0\U000118c0"
        "\U00016f08\U0001cceb\U0001d20d\U0001d415\U0001d42f\U0001d449\U0001d463\U0001d47d\U0001d497\U0001d4b1"
        "\U0001d4cb\U0001d4e5\U0001d4ff\U0001d519\U0001d533\U0001d54d\U0001d567\U0001d581\U0001d59b\U0001d5b5"
        "\U0001d5cf\U0001d5e9\U0001d603\U0001d61d\U0001d637\U0001d651\U0001d66b\U0001d685\U0001d69f\U0001d6ce"
        "\U0001d708\U0001d742\U0001d77c\U0001d7b6\U0001f708"
    ),
    "vb": "\U0001f76c",
    "vi": "\u2175",
    "vii": "\u2176",
    "viii": "\u2177",
    "vl": "\u2165",
    "vll": "\u2166",
    "vlll": "\u2167",
    "w": (
        "\u026f\u0448\u0461\u047d\u051c\u051d\u0561\u13b3\u13d4\u1d21\u20a9\u2c72\u2c73\u2cbd\ua4ea\ua761"
        "\uab83\U000114c5\U0001170a\U0001170e\U0001170f\U000118e6\U000118ef\U0001ccec\U0001d416\U0001d430"
        "\U0001d44a\U0001d464\U0001d47e\U0001d498\U0001d4b2\U0001d4cc\U0001d4e6\U0001d500\U0001d51a\U0001d534"
        "\U0001d54e\U0001d568\U0001d582\U0001d59c\U0001d5b6\U0001d5d0\U0001d5ea\U0001d604\U0001d61e\U0001d638"
        "\U0001d652\U0001d66c\U0001d686\U0001d6a0"
    ),
    "x": (
        "\xd7\u03a7\u0425\u0445\u04b2\u1541\u157d\u166d\u166e\u16b7\u1d8d\u2169\u2179\u2573\u292b\u292c\u2a2f"
        "\u2a30\u2cac\u2d5d\ua4eb\ua7b3\uab56\uab57\uab58\uab59\uff38\uff58\U00010196\U00010290\U000102b4"
        "\U00010317\U00010322\U00010527\U000118ec\U0001cced\U0001d417\U0001d431\U0001d44b\U0001d465\U0001d47f"
        "\U0001d499\U0001d4b3\U0001d4cd\U0001d4e7\U0001d501\U0001d51b\U0001d535\U0001d54f\U0001d569\U0001d583"
        "\U0001d59d\U0001d5b7\U0001d5d1\U0001d5eb\U0001d605\U0001d61f\U0001d639\U0001d653\U0001d66d\U0001d687"
        "\U0001d6a1\U0001d6be\U0001d6f8\U0001d732\U0001d76c\U0001d7a6"
    ),
    "xi": "\u217a",
    "xii": "\u217b",
    "xl": "\u216a",
    "xll": "\u216b",
    "y": (
        "\xa5\u01b3\u01b4\u024e\u024f\u0263\u028f\u03a5\u03b3\u03d2\u0423\u0443\u04ae\u04af\u04b0\u04b1\u10e7"
        "\u13a9\u13bd\u1d8c\u1efe\u1eff\u213d\u2ca8\u2ca9\ua4ec\uab5a\uff39\uff59\U000102b2\U000118a4"
        "\U000118dc\U00016f43\U0001ccee\U0001d418\U0001d432\U0001d44c\U0001d466\U0001d480\U0001d49a\U0001d4b4"
        "\U0001d4ce\U0001d4e8\U0001d502\U0001d51c\U0001d536\U0001d550\U0001d56a\U0001d584\U0001d59e\U0001d5b8"
        "\U0001d5d2\U0001d5ec\U0001d606\U0001d620\U0001d63a\U0001d654\U0001d66e\U0001d688\U0001d6a2\U0001d6bc"
        "\U0001d6c4\U0001d6f6\U0001d6fe\U0001d730\U0001d738\U0001d76a\U0001d772\U0001d7a4\U0001d7ac"
    ),
    "z": (
        "\u01b5\u01b6\u0224\u0225\u0240\u0290\u0291\u0396\u13c3\u1d22\u1d76\u1d8e\u2124\u2128\u2c6b\u2c6c"
        "\u2c7f\u2c8c\u2c8d\ua4dc\ua7c6\uab93\uff3a\U000102f5\U000118a9\U000118c4\U000118e5\U0001ccef"
        "\U0001d419\U0001d433\U0001d44d\U0001d467\U0001d481\U0001d49b\U0001d4b5\U0001d4cf\U0001d4e9\U0001d503"
        "\U0001d537\U0001d56b\U0001d585\U0001d59f\U0001d5b9\U0001d5d3\U0001d5ed\U0001d607\U0001d621\U0001d63b"
        "\U0001d655\U0001d66f\U0001d689\U0001d6a3\U0001d6ad\U0001d6e7\U0001d721\U0001d75b\U0001d795"
    ),
}
"""Folded ASCII texts, each with the characters that look like it."""
